"""A story of practice for a contest, of a boaster, and of a choice between winning and helping."""

from stories_maker.incidents import incident, turn
from stories_maker.stage import Stage

DISCIPLINES: tuple[tuple[str, str, tuple[str, str, str]], ...] = (
    (
        "swimming",
        "swimming race",
        ("water went up [h.s] nose", "[h] ~get half way across", "[h] ~glide through the water like a {pike|seal|little boat}"),
    ),
    (
        "singing",
        "singing contest",
        ("the high notes ~squeak", "the cat ~leave the room", "[h.s] voice ~ring out, clear as {glass|a bell|a blackbird}"),
    ),
    (
        "juggling",
        "talent show",
        (
            "the <fruit> ~roll in all directions",
            "one {egg|plate} ~land on [h.s] head",
            "{three|five} balls ~dance through the air and none ~fall",
        ),
    ),
    ("running", "{sack|egg and spoon|three-legged} race", ("[h.s] laces ~come undone", "[h] ~get a stitch", "[h] ~run <simile_fast>")),
    (
        "playing the <instrument>",
        "village concert",
        (
            "the <instrument> ~sound like a {sick cow|rusty gate|goose}",
            "two notes out of three were right",
            "the tune ~come out {whole|sweet and clear}, from the first note to the last",
        ),
    ),
    (
        "spelling",
        "spelling bee",
        (
            "[h] ~mix up {b and d|i and e}",
            "[h] ~get as far as {elephant|rhinoceros|Wednesday}",
            "[h] ~spell {hippopotamus|chrysanthemum|mischievous} without one mistake",
        ),
    ),
    (
        "skating",
        "skating prize",
        ("[h] ~sit down {hard|with a bump} on the ice", "[h] ~make one wobbly turn", "[h] ~spin like a {top|leaf|snowflake}"),
    ),
    (
        "baking",
        "cake competition",
        (
            "the bread ~come out {flat|black|like a brick}",
            "the buns were only a little burnt",
            "the smell of {plum cake|cinnamon rolls|lemon tart} ~bring the whole street to the door",
        ),
    ),
    (
        "riding the unicycle",
        "unicycle race",
        (
            "the wheel ~roll on alone",
            "[h] ~ride as far as the {gate|first corner}",
            "[h] ~ride {round and round|straight on} and ~wave with both hands",
        ),
    ),
    (
        "drawing",
        "drawing contest",
        (
            "the horse ~look like a {sofa|potato}",
            "the legs were right, but there were five of them",
            "the {lion|ship|storm} on the paper ~seem to move",
        ),
    ),
    (
        "walking on stilts",
        "circus evening",
        ("[h] ~fall into the <flower>", "[h] ~manage three steps", "[h] ~stalk round the ring like a {stork|heron|giraffe}"),
    ),
)
"""What is contested, the event, and how it goes: badly, better, well."""


def contest(stage: Stage) -> None:
    """Practice for a contest; a boaster; a choice between winning and helping."""
    tell = stage.tell
    stage.hero()
    stage.companion()
    stage.introduce()
    skill, event, prize, goes = _discipline(stage)
    tell.one_of(
        f"[h] was {{not very good at|hopeless at|slow at}} {skill}",
        f"{{nobody|no one}} thought that [h] could {{ever|}} be good at {skill}",
        f"more than anything, [h] wanted to be good at {skill}",
    )
    tell.one_of(
        f"{{so when|when}} the {event} was announced, with {prize} for the winner, [h] {{put down [h.s] name|took a deep "
        f"breath|could not sleep|~tell the <job>|~drop a <household>|~kiss the <pet>}}",
        f"on {{Saturday|Sunday|the last day of term}} there would be a {event}, and the prize was {prize}",
    )
    tell.quote(
        "f",
        f"{{I'll win, of course|You? At {skill}? Don't make me laugh|Nobody can beat me|Shall we practise together|My <relative> "
        f"is a <job> and taught me everything|Even my <pet> is better than you}}!",
        stage.rng.choice(("cross", "glad")),
    )
    stage.habit("f") if tell.chance(0.5) else stage.feel("h", "angry")
    turn(stage)
    stage.go(indoor=False)
    for when in stage.rng.choice(
        (
            ("on the first day", "on the third day"),
            ("on Monday", "on Tuesday"),
            ("before breakfast", "after supper"),
            ("the next day", "after a week"),
            ("at dawn", "in the rain"),
        )
    ):
        tell.say(f"{when}, [h] {{~go|<moved>}} to [p] and ~practise{{| {stage.by()}}}")
        tell.one_of(
            goes[0],
            goes[1],
            "it was {hard|no good|dreadful}",
            "<small_creature> {watched|looked on} and ~make no remark",
            *_setbacks(stage, skill),
        )
    stage.grown_up("a")
    tell.quote(
        "a",
        "{Once more|Try again|Slower|You are getting better|Again tomorrow|Rest now. Then try again}."
        if tell.chance(0.3)
        else (
            "{Once more|Slower|You are getting better|Again tomorrow|Don't count the falls. Count the tries|The <job> practised "
            "for ten years|Eat some <fruit>, and then again|Think of <pretend>, not of the prize|Pretend that you are a <job>}"
        ),
    )
    stage.feel("h", "tired")
    tell.one_of(f"{{and then, one evening|on the last day}}, {goes[2]}", f"{{slowly|day by day}} it went better, until {goes[2]}")
    turn(stage)
    _the_day(stage, event, prize, goes)


def _the_day(stage: Stage, event: str, prize: str, goes: tuple[str, str, str]) -> None:
    """The contest itself: a prize, or a friend who needs help."""
    tell = stage.tell
    stage.go(stage.rng.choice(("fair", "park", "village", "school", "playground", "meadow", "farm")))
    tell.one_of(
        f"the day of the {event} came, and {{half the village|everybody}} was [p.in]",
        f"[p.in], flags were flying for the {event}",
    )
    incident(stage)
    stage.feel("h", "afraid") if tell.chance(0.5) else stage.feel("f", "excited")
    if tell.chance(0.5):
        tell.one_of(
            "{half way|just before the end|in the middle of it}, [f] ~{stumble|feel ill|turn pale|burst into tears}",
            "then [f] ~{stop|cry out} {in the middle of everything|all at once}",
        )
        tell.one_of(
            "[h] could have {won|gone on}. But [h.h] ~{turn|stop|run} {back|at once} and ~help [f.o] {up|to [f.s] feet}",
            "what was a prize against a friend? [h] ~{stop|turn round} and ~hold out a hand",
        )
        tell.one_of(
            "they came in {last|side by side}, arm in arm, and the {clapping|cheering} was {louder|longer} than for the winner",
            f"somebody else got {prize}, but {{nobody remembers who|the crowd only cheered for [g]}}",
        )
        tell.quote("f", "{I don't know why you did that|You could have won|After all I said}! <thanks>", "soft", to="h")
        stage.close("moral_friend")
    else:
        tell.one_of(goes[2], f"[h] did {{it|everything}} just as in practice, and {goes[2]}")
        tell.one_of(
            f"[h] {{won|got|was given}} {prize}",
            "it was enough for {second|third} place, but [h] {did not mind|felt like a winner}",
            f"the judges, a <job> and a <job> in a <single_garment>, put their heads together, and {prize} went to [h.n]",
            f"a <job> ~bring {prize} on a cushion and ~{{stumble over|step on}} the <pet>",
        )
        stage.feel("h", "proud")
        tell.quote("f", "{I take it back|Will you teach me|Congratulations|How did you do that}! <praise>", "say", to="h")
        stage.close("moral_patience")


def _setbacks(stage: Stage, skill: str) -> tuple[str, ...]:
    """What goes wrong in practice; who only sings, spells, bakes or draws does not fall."""
    if skill.startswith(("sing", "spell", "bak", "draw", "play")):
        return (
            "the <job> {looked over the hedge|shut the window|asked if anyone was hurt|laughed into a <single_garment>}",
            "[h] ~start again from the beginning",
            "afterwards [h] ~need <food_snack>",
        )
    return (
        f"[h] ~{{fall|slip|stumble}} {{over|into|beside}} the {stage.feature()}",
        "every {bone|muscle|toe} ~hurt",
        "afterwards [h] ~{smell of <fruit>|have a bump like a <fruit_one>|need <food_snack>}",
    )


def _discipline(stage: Stage) -> tuple[str, str, str, tuple[str, str, str]]:
    """One of DISCIPLINES with its words chosen, and a prize: skill, event, prize, how it goes."""
    prize = stage.x(
        "{a silver cup|a basket of <fruit>|a medal on a <colour> ribbon|a year's supply of <sweet>|a ride in a <vehicle>|a "
        "brand-new <tool>|a <colour> rosette|a book about <pretend>|a <colour> <single_garment>}"
    )
    skill, event, (badly, better, well) = stage.rng.choice(DISCIPLINES)
    return stage.x(skill), stage.x(event), prize, (stage.x(badly), stage.x(better), stage.x(well))
