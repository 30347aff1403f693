"""A story of something made: what is missing must be won, what goes wrong is put right in its own way."""

from stories_maker.incidents import likes, turn
from stories_maker.lexicon import Entry
from stories_maker.stage import Stage


def making(stage: Stage) -> None:
    """Something is made for somebody; one ingredient is missing and must be won; something goes wrong and is put right."""
    tell = stage.tell
    stage.hero()
    stage.companion()
    recipe = stage.lex.makings[stage.rng.choice(list(stage.lex.makings))]
    noun = recipe["noun"][0]
    name = f"{stage.pick(recipe['looks'])} {noun}"
    stage.introduce()
    likes(stage, "h")
    stage.grown_up("a")
    reason = stage.x(
        "{for [a.p] birthday|because [a] was ill in bed|to surprise [a]|for the <vehicle> driver who had to leave|for the fair on "
        "Saturday|to say thank you to [a]|because there was nothing else to do|for the new baby next door|for [f.p] party}"
    )
    tell.one_of(
        f"<one_day>{{,|}} [h] {{~decide|~make up [h.s] mind|~want}} to make a {name} {reason}",
        f"{reason}, [h] would make a {name}",
        f"[h] ~have an idea: a {name}, {reason}",
    )
    stage.feel("h", "excited")
    turn(stage)
    stage.go(recipe["place"][0])
    if "f" in tell.roles:
        tell.quote("h", f"{{Will you help|Do you want to help}} me make a {name}?", "ask", to="f")
        tell.reply("f", "<yes>. {What do we need?|Where do we start?|I'll bring my <single_garment>.|Can I be the boss?}")
    needs = [stage.x(need) for need in recipe["needs"]]
    missing = stage.rng.choice(needs[1:])
    have = [need for need in needs if need != missing]
    tell.one_of(
        f"they {{needed|wanted}} {', '.join(have)} and {missing}",
        f"you need {', '.join(needs)}",
        f"{{on the table|on the floor|in [p]}} they {{laid out|put}} {', '.join(have)}",
    )
    tell.one_of(
        f"but there {{was|were}} no {missing.removeprefix('a ')}" if not missing.endswith("s") else f"but there were no {missing}",
        f"only {missing} {{~be|were}} missing" if missing.endswith("s") else f"only {missing} was missing",
        f"{{everything|all}} was there, except {missing}",
    )
    _win_missing(stage, missing)
    turn(stage)
    _work(stage, recipe, noun)
    tell.one_of("[g] ~bring it to [a]", "then came the moment to {show|give} it to [a]", "[a] had to close [a.s] eyes")
    stage.feel("a", stage.rng.choice(("surprised", "happy")))
    tell.quote(
        "a",
        f"{{Did you make this yourselves?|Is that for me?|What a splendid {noun}!|Nobody ever made me a {noun} before.}} <praise>",
        "glad",
    )
    stage.close("moral_patience")


def _win_missing(stage: Stage, missing: str) -> None:
    """Whoever has it wants something for it: work, a song, a story, a swap."""
    tell = stage.tell
    back = stage.here
    stage.go(stage.rng.choice(("market", "village", "farm", "garden", "harbour", "station", "forest", "meadow")))
    stage.journey("g", "moved")
    owner = stage.animal("c") if tell.chance(0.4) else stage.grown_up("c", kin=False)
    if owner.kind == "animal":
        stage.meet("c")
    else:
        tell.one_of(
            f"{stage.spot('bs')} they {{found|met}} {owner.name}, the {owner.noun}", f"{owner.name}, the {owner.noun}, was {stage.by()}"
        )
        stage.discourse_note(owner)
    stage.greet("c")
    tell.quote(
        "h", f"{{Please, have you got|Could we have|May we have|Do you happen to have}} {missing.removeprefix('a ')}?", "ask", to="c"
    )
    price, deed = stage.rng.choice(
        (
            (f"{{Help me|First you must help me}} to {stage.base(stage.does()).replace('[s.s]', 'your')}", "~help [c.o] <time_spent>"),
            (
                "{Sing me a song|A song for it}, {and it is yours|that's my price}",
                "~sing {three verses|a song about <small_creature>|the one about the {drunken|lost} sailor}, {badly|loudly|out of "
                "tune}, but to the end",
            ),
            (
                "{Tell me|I want to hear} {a story|a joke|a secret} that I don't know{. Then we shall see|}",
                "~tell [c.o] {a story about <pretend>|a joke so old that it had a beard|why {frogs|owls|kings} never sleep}",
            ),
            (f"I'll swap it for {{your|that}} {stage.x('<single_garment>')}", "~take it off and ~hand it over"),
            (
                "{Guess|If you can guess} what is in my {pocket|hat|basket}",
                "~guess <fruit>, <sweet> and at last, by pure luck, a <small_item>",
            ),
            (
                "Find my <small_item>. I lost it this morning",
                "~look for it {on hands and knees|<time_spent>} and ~find it " + stage.spot("bui"),
            ),
        )
    )
    tell.quote("c", f"<yes>. {price}")
    stage.tell.act("g", deed)
    tell.one_of(
        f"so they got {missing}",
        f"[c] kept [c.s] word and ~{{bring|fetch|give them}} {missing}",
        f'"{{Fair is fair|Well done|You\'ve earned it}}," [c] ~say, and there {{was|lay}} {missing}'
        if not missing.endswith("s")
        else f"and they carried home {missing} {{in a hat|in both hands|wrapped in newspaper}}",
    )
    stage.go(back)


def _work(stage: Stage, recipe: Entry, noun: str) -> None:
    tell = stage.tell
    steps = [stage.x(step) for step in recipe["steps"]]
    cut = stage.rng.choice((2, 3))
    who, other = stage.rng.choice((("h", "f"), ("f", "h")))
    tell.act(who, *steps[:cut])
    tell.act(other, *steps[cut : cut + 2])
    if tell.chance(0.8):
        slip, _, repair = stage.pick(recipe["slip"]).partition(" > ")
        tell.one_of(f"{{everything|all}} ~go well, until {slip}", f"<later_cap>, {slip}", f"but {slip}", f"then {slip}")
        tell.quote(other, "<exclaim_bad> {It's ruined|Now we must start again|All that work|I knew it}", "sad")
        tell.quote(who, "<comfort>", "soft", to=other)
        tell.act("g" if tell.chance(0.5) else who, repair)
    tell.act(other, *steps[cut + 2 :])
    tell.one_of(
        f"{{at last|<time_spent>|in the end}} the {noun} was {{ready|done|finished}}: {stage.pick(recipe['finish'])}",
        f"{stage.pick(recipe['finish'])}",
        f"and {stage.pick(recipe['finish'])}",
    )
    stage.feel("g", "proud")
