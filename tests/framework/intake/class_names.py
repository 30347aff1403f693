"""A class of realistic size: umlauts, apostrophes, hyphens, particles, other scripts, and two students of one name."""

NAMES = (
    "Amy Adams",
    "Anna van der Berg",
    "Anna-Lena Meier",
    "Björn Öztürk",
    "Chen Wei",
    "Conor O'Brien",
    "Dóra Nagy-Szabó",
    "Emil Evans",
    "François Lefèvre",
    "Hans Müller",
    "Hans Müller",
    "José María García López",
    "Jürgen Groß",
    "Łukasz Żak",
    "Maria de la Cruz",
    "Nguyễn Văn An",
    "Søren Ågård",
    "Zoë Quill",
    "王小明",
    "Иван Петров",
    *(f"{first} {last}" for first in ("Ada", "Ben", "Cleo", "Dev") for last in ("Fox", "Green", "Hale", "Ito", "Jung")),
)
# As Canvas sorts and squeezes them.
SQUEEZED = {
    "Amy Adams": "adamsamy",
    "Anna van der Berg": "vanderberganna",
    "Conor O'Brien": "obrienconor",
    "Hans Müller": "müllerhans",
    "Dóra Nagy-Szabó": "nagyszabódóra",
    "Zoë Quill": "quillzoë",
}
