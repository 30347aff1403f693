"""Stories of growing: a fear is faced, something is waited for."""

from stories_maker.incidents import incident, likes, turn
from stories_maker.lexicon import Entry
from stories_maker.stage import Stage


def fear_overcome(stage: Stage) -> None:
    """A fear, and advice given early; when somebody needs help, the advice is remembered and works step by step."""
    tell = stage.tell
    stage.hero()
    fear = stage.lex.fears[stage.rng.choice(list(stage.lex.fears))]
    thing = stage.pick(fear["thing"])
    stage.introduce()
    stage.habit("h") if tell.chance(0.3) else likes(stage, "h")
    tell.one_of(
        f"{{only one thing|there was one thing that}} ~frighten [h.o]: {thing}",
        f"but [h] was afraid of {thing}",
        f"[h] was not afraid of <small_creature>, nor of <loud_sound>, but [h.h] was terribly afraid of {thing}",
        f"{{if only there were no such thing as|how [h] hated}} {thing}!",
        f"nobody knew that [h] was {{afraid|scared}} of {thing}",
    )
    tell.one_of(
        f"[h] ~imagine that {stage.pick(fear['imagined'])}",
        f"in [h.s] mind, {stage.pick(fear['imagined'])}",
        f"what if {stage.pick(fear['imagined'])}?",
    )
    stage.grown_up("a")
    advice = stage.pick(fear["advice"])
    tell.quote(
        "a",
        f"{{When I was small, I was afraid of {thing} too.|Do you know what my "
        f"{stage.rng.choice(('mother', 'grandfather', 'uncle', 'teacher'))} used to say?|Shall I tell you a secret?|}} {advice}",
        "say",
        to="h",
    )
    tell.but(
        "[h] {~nod|~listen|~say yes}",
        "{[h.h] did not believe it|that ~seem easy to say|inside [h.h] still ~tremble}",
    )
    turn(stage)
    stage.companion()
    stage.go(stage.rng.choice(("barn", "lake", "castle", "attic", "harbour", "forest", "school", "cave", "mountain", "workshop")))
    tell.say(f"<one_day>{{,|}} [g] <moved> to [p] to {stage.base(stage.does())}")
    stage.look_about(1)
    incident(stage)
    tell.say(stage.pick(fear["trigger"]))
    stage.feel("h", "afraid")
    _somebody_needs_help(stage)
    turn(stage)
    _face_it(stage, fear, advice, thing)
    stage.close("moral_brave")


def _somebody_needs_help(stage: Stage) -> None:
    tell = stage.tell
    spot = stage.spot("bui")
    tell.one_of(
        f"and there, {spot}, [f] was {{stuck|trapped|crying}}",
        '"Help!" {called|cried} [f.n] from {further in|somewhere ahead|the other side}',
        f"[f] had {{hurt [f.s] {stage.rng.choice(('foot', 'ankle', 'knee'))}|fallen|got {{lost|stuck}}}} {spot}",
        f"{spot}, <small_creature> was {{crying|caught}}, and [f] ~can not reach it",
    )
    tell.quote("f", "{Please come|Help me|Don't leave me here|I can't do it alone|Hurry}!", "shout")


def _face_it(stage: Stage, fear: Entry, advice: str, thing: str) -> None:
    tell = stage.tell
    tell.one_of(
        "[h] wanted to run {home|away}. But [h.h] {~think of|~remember} what [a] had said",
        "what was it that [a] had said?",
        "then [a.p] words came back to [h.o]",
        "[h.p] {feet|knees} said no, but [h.s] {heart|head} said yes",
    )
    tell.say(f'"{advice}"')
    steps = stage.rng.sample(fear["steps"], min(3, len(fear["steps"])))
    tell.act("h", *(stage.x(step) for step in steps[: stage.rng.choice((2, 3))]))
    tell.one_of(
        "{one moment|one breath} passed, and another",
        "{nothing|no harm} ~happen",
        "it was {easier|not as bad} than [h.h] had thought",
        "{soon|little by little} [h.s] {heart|breath} grew quiet",
    )
    tell.one_of(
        stage.pick(fear["truth"]),
        f"{{and look|why}}: {stage.pick(fear['truth'])}!",
        f"[h] {{~see|~notice|~find}} that {stage.pick(fear['truth'])}",
        f"{stage.pick(fear['truth'])}, and {stage.pick(fear['truth'])}",
    )
    tell.act(
        "h",
        "~{reach|find|come to} [f.o]",
        "~{take [f.s] hand|hold out [h.s] hand|squeeze [f.s] fingers}" if stage.being("f").kind == "child" else "~help [f.o] {out|up}",
    )
    tell.quote("f", f"<thanks>! I {{thought|know}} you were afraid of {thing}", "glad", to="h")
    tell.reply("h", "{I was|I still am, a little|So did I|I am, but I like you more|Only until I tried}")
    stage.feel("h", stage.rng.choice(("proud", "happy")))
    if tell.chance(0.4):
        tell.one_of(
            "at home, [h] told [a] {everything|what had happened}",
            "[a] {~listen|~smile} and ~ask for {every word|the whole story} {twice|}",
        )
        tell.quote("a", "<praise>")


def waiting(stage: Stage) -> None:
    """Something is planted or hatched and takes its time; impatience nearly spoils it."""
    tell = stage.tell
    stage.hero()
    stage.grown_up("a")
    stage.introduce()
    stage.habit("h")
    turn(stage)
    stage.go(stage.rng.choice(("garden", "farm", "meadow", "school", "village")))
    seed, care, ruin, wonder = _what_takes_its_time(stage)
    tell.one_of(
        f"<one_day>{{,|}} [a] ~give [h.o] {stage.x(seed)}",
        f"<one_day>{{,|}} [h] {{~get|~be given}} {stage.x(seed)} from [a]",
        f"<one_day>, [h] ~find {stage.x(seed)} {stage.spot('bui')} and ~show it to [a]",
    )
    tell.quote(
        "a",
        "{Look after it well|Now you must be patient|It takes its time|Don't disturb it|You will see something, but not today|The "
        "<job> {gave|sold} it to me for a <small_item>|It came all the way from {China|Peru|the <landmark>} in a "
        "<single_garment>|My <relative> had one like it}",
    )
    tell.quote("h", "{How long|When will it be ready|Will it be ready tomorrow|How many sleeps}?", "ask", to="a")
    days = stage.x("{twenty|thirty|forty|a hundred|nineteen|seventeen} days")
    tell.reply("a", f"{{About|Perhaps|They say}} {days}")
    stage.feel("h", stage.rng.choice(("excited", "surprised", "curious")))
    turn(stage)
    for day in stage.rng.choice(
        (
            ("on the first day", "on the second day"),
            ("on Wednesday", "on Thursday"),
            ("after three days", "after a week"),
            ("the same evening", "the morning after"),
            ("on the fourth day", "on the ninth day"),
        )
    ):
        tell.one_of(
            f"{day}, [h] {{~go|~run|~creep out}} to look. {{Nothing|Nothing at all|Nothing but <small_creature>|Still "
            f"nothing|There was a <small_item>, and that was all}}",
            f"{day}, [h] {{~measure|~look|~listen}} with a {stage.x('{<tool>|<household>}')}. {{Nothing|No change|Not a crack|As before}}",
            f"{day}, there was {{only|nothing but}} <small_creature>, asleep",
            f"{day}, [h] ~promise it <sweet> if it would hurry{{, and ~sing to it|, and ~play it a tune on the <instrument>|}}",
        )
        tell.one_of(
            "the <job> {laughed|shook a wise head|said that it needed time}",
            "[h] ~go back to {<game>|bed|the <vegetable>}",
            "so [h] ~eat <food_snack> instead",
        ) if tell.chance(0.5) else incident(stage)
    tell.act("h", stage.x(care), stage.rng.choice((stage.does(), "~wait", "~count the days on the wall")))
    incident(stage)
    stage.feel("h", stage.rng.choice(("angry", "sad", "tired")))
    tell.quote(
        "h",
        "{It will never happen|It's dead|I give up|This is boring|I can't wait any longer|The <job> has tricked us|I would rather "
        "have <sweet>|I'd sooner play <game>}!",
        "cross",
    )
    tell.one_of(
        f"[h] was about to {stage.base(stage.x(ruin))}, when [a] {{~come by|~cough|~lay a hand on [h.s] shoulder}}",
        f'"{{Stop|Wait}}!" {{said|cried}} [a.n], for [h] was just going to {stage.base(stage.x(ruin))}',
    )
    tell.quote(
        "a",
        f"{{It is only day|We have had}} {stage.x('{twelve|fifteen|nine|ten}')}. {{Did I not say {days}?|Remember, {days}|Half the "
        f"time is not the whole}}",
    )
    turn(stage)
    _at_last(stage, days, wonder)


def _what_takes_its_time(stage: Stage) -> tuple[str, str, str, str]:
    """Something to wait for: the thing, how to care for it, how to ruin it, and what becomes of it."""
    return stage.rng.choice(
        (
            (
                "a {striped|flat|black|wrinkled} seed, no bigger than a {fingernail|pea|beetle},",
                "~water it",
                "~dig it up to see",
                f"up came "
                f"{stage.x('{a stem with a bud like a fist|a pumpkin as big as a <vehicle>|a beanstalk with red blossoms|a tiny <tree>}')}",
            ),
            (
                "a {brown|papery} bulb",
                "~keep it in the dark",
                "~peel off its skin",
                "out of it came a {hyacinth|tulip|lily}, as <colour> as {the sky|a flag|a parrot}",
            ),
            (
                "a {speckled|warm|pale blue} egg",
                "~keep it warm under a {lamp|hen|cushion}",
                "~tap it with a spoon",
                f"out came a {stage.rng.choice(('duckling', 'chick', 'gosling', 'small dragon', 'tortoise'))}, {{wet and "
                f"cross|yawning|with one eye open}}",
            ),
            (
                "a {green|fat|hairy} caterpillar in a jar",
                "~feed it with fresh {cabbage|nettle} leaves",
                "~poke the chrysalis",
                "a butterfly spread {<colour>|<colour> and <colour>} wings on the edge of the jar",
            ),
            (
                "a {sticky|brown} lump of sourdough",
                "~feed it with flour",
                "~open the lid every hour",
                "the bread ~rise so high that it ~push up the lid",
            ),
        )
    )


def _at_last(stage: Stage, days: str, wonder: str) -> None:
    """The time passes with other things, and then it has come."""
    tell = stage.tell
    tell.one_of(
        "so [h] {~wait|~learn to wait}. [h] {~play <game>|~learn <game>}, ~{read a book about|draw} <pretend>, and almost forgot",
        "so [h] {~wait|~do other things}, and {watched <small_creature>|built <pretend> out of boxes|learned to play the <instrument>}",
        f"to pass the time, [h] {stage.does()}",
    )
    tell.one_of(
        f"and on the {{very last|very}} day, {stage.x(wonder)}",
        f"{{exactly {days} later|after {days}|when {days} had passed}}, {stage.x(wonder)}",
        f"then, {{one dewy morning|early|at dawn}}, {stage.x(wonder)}",
    )
    stage.feel("h", "happy")
    tell.quote("h", "<exclaim_good> {It was worth it|Come and see|Look what I have|I waited, and look}!", "glad")
    stage.close("moral_patience")
