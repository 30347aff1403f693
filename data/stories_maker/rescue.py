"""Getting back what is out of reach: tries that fail for a reason, then the means that fit."""

from stories_maker.grammar import verbs
from stories_maker.stage import POCKET, Stage
from stories_maker.world import Being, Thing


def need_here(stage: Stage) -> str:
    """A predicament that this place allows: something to climb, water, a hole, a heap."""
    wet = stage.here in ("beach", "river", "lake", "harbour", "swamp", "park")
    needs = ["hole", "heap"] + (["high"] * 2 if stage.here not in stage.lex.indoor else ["high"]) + (["water"] * 3 if wet else [])
    return stage.rng.choice(needs)


def predicament(stage: Stage, need: str) -> None:
    """Says where the thing 't' is."""
    tags = {"high": "co", "hole": "bu"}.get(need, "b")
    clause = stage.pick(stage.lex.rescue[need]["clauses"]).replace("FEATURE", f"the {stage.feature(tags)}").replace("[t]", "[t.n]", 1)
    stage.tell.say(clause)


def rescue(stage: Stage, need: str, helper: bool = True) -> str:
    """Plays the tries until 't' is back. Returns who did it: 'pocket', 'tool', or 'helper' (the animal is then role 'c')."""
    tell, entry = stage.tell, stage.lex.rescue[need]
    pocket = stage.being("h").pocket
    if tell.chance(0.5):
        tell.act("h", stage.pick(entry["silly"]))
        tell.one_of(
            "it was no use",
            "that did not help {at all|one bit}",
            "nothing {~happen|~move}, of course",
            "[t] stayed where it was",
            "{nobody|no one} was surprised when that {~fail|did not work}",
            "of course it did {not|no good}",
        )
    fetched = tell.chance(0.7) or not helper
    if fetched:
        _fetch(stage, need)
    if fetched and tell.chance(0.65 if helper or pocket else 0.3):
        tell.but(stage.pick(entry["attempts"]).replace("~", "[h] ~", 1), _fails(stage, need))
        stage.feel("h", stage.rng.choice(("sad", "angry", "tired", "ashamed")))
    elif fetched:
        tell.act("h", stage.pick(entry["attempts"]), stage.pick(entry["done"]))
        return "tool"
    if pocket and need in POCKET[pocket.noun][0].split():
        _use_pocket(stage, pocket, need)
        return "pocket"
    if helper:
        _helper(stage, need)
        return "helper"
    tell.act("h", "~try {again|once more|for the last time}", stage.pick(entry["done"]))
    return "tool"


def _fails(stage: Stage, need: str) -> str:
    return stage.pick(stage.lex.rescue[need]["fails"])


def _fetch(stage: Stage, need: str) -> None:
    tool = stage.pick(stage.lex.rescue[need]["tools"])
    noun = tool.split(" ", 1)[1] if tool.startswith("a ") else tool
    thing = Thing(noun.replace("an ", ""), plural=tool.split()[0] in ("tweezers", "three", "two", "knitting", "tongs"))
    stage.set("k", thing)
    stage.tell.one_of(
        f"[h] ~{{fetch|find|borrow|bring}} {tool}",
        f"{stage.spot('bi')}, [h] ~{{find|discover|spot}} {tool}",
        f"{{perhaps|maybe}} {tool} would {{help|do}}, {{and so|so}} [h] ~go to {{get|fetch|find}} "
        f"{'them' if thing.plural else 'one' if tool.startswith('a') else 'it'}",
    )
    thing.noun = thing.noun.partition(" from ")[0].partition(" with ")[0].partition(" to ")[0].partition(" on ")[0].partition(" as ")[0]
    stage.tell.discourse.introduced.add(thing)


def _use_pocket(stage: Stage, pocket: Thing, need: str) -> None:
    tell = stage.tell
    stage.set("k", pocket)
    tell.one_of(
        f"then [h] {{~remember|~think of|~feel for}} the {pocket.noun}{{| in [h.s] pocket}}",
        f'"{{Wait|Of course|How silly of me}}!" {{said|cried}} [h.n]. "The {pocket.noun}!"',
        f"what was it that [a] had {{given|put in [h.s] hand}}? The {pocket.noun}!",
        f"[h.s] hand went into [h.s] pocket and ~find the {pocket.noun} that [a] had given [h.m]",
    )
    tell.act("h", POCKET[pocket.noun][1], stage.pick(stage.lex.rescue[need]["done"]))


def _helper(stage: Stage, need: str) -> None:
    tell, entry = stage.tell, stage.lex.rescue[need]
    skills = entry["skill"][0]
    present = [
        role for role in ("f", "c") if isinstance(stage.tell.roles.get(role), Being) and stage.being(role).skills & set(skills.split())
    ]
    if present:
        stage.set("c", stage.being(present[0]))
    else:
        stage.animal("c", skills)
        stage.meet("c")
    food = stage.pick(stage.lex.animals[stage.being("c").noun]["food"])
    tell.quote("c", "{What is the matter|What are you doing|Why the long face|Can I help|What is all that noise about}?", "ask")
    stuck = verbs(
        {
            "high": "[t] is {up there|stuck} and {I can't reach it|we can't get it down}",
            "water": "[t] is in the water",
            "hole": "[t] is down there, and {my arm is|all our arms are} too {short|fat}",
            "heap": "[t] is under {all that|this}, and {it is|that is} too heavy for {me|us}",
        }[need],
        "base",
    )
    tell.reply("h", stuck)
    if tell.chance(0.45):
        tell.quote(
            "c", f"{{And what do I get?|What will you give me?|I never work for nothing.}} {{I do like|I am fond of|How about}} {food}"
        )
        tell.reply(
            "h",
            f"<yes>. I {{promise|give you my word}}: {food}, {{as much as you like|tomorrow|a whole basket}}",
        )
        stage.being("h").memories.append(food)
    else:
        tell.quote(
            "c", "{That is easy for someone like me|Leave it to me|Stand back|I have just the {nose|feet|thing} for that|Nothing simpler}"
        )
    tell.act(
        "c", stage.pick(stage.lex.animals[stage.being("c").noun]["gait"]) + " {nearer|up|round it once}", stage.pick(entry["animal_done"])
    )
