"""What runs beside a foreign submission and presents it under the course's names: copied to it, never loaded by the judge."""
