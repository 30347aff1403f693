"""Measurements that must happen beside the student's code: a closed list, the same in the local and the jailed run.

``registry`` names them for the worker's side, ``client`` offers them to tests, ``results`` holds what they answer.
They run in the student's process and could be tampered with: what they say is evidence, not proof.
"""
