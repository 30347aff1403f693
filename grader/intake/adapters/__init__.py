"""Foreign code bases under the course's names: what is found is decided from the syntax tree; what runs is in ``beside``."""
