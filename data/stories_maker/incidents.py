"""Small things on the way of any story: passers-by, games, questions, snacks, what is found in pockets. None changes the plot."""

from collections.abc import Callable

from stories_maker.stage import Stage
from stories_maker.world import Being


def incident(stage: Stage, role: str = "h") -> None:
    """One of them, fit for the place."""
    options: list[Callable[[Stage, str], None]] = [_pocketful, _wondering, _snack, _find, _clothes]
    if stage.here not in ("cave", "attic", "bedroom"):
        options += [_passer_by, _passer_by]
    if "g" in stage.tell.roles:
        options += [_pretending, _game, _riddle, _question]
    if stage.here in ("market", "village", "garden", "farm", "fair"):
        options += [_stall, _stall]
    if stage.here in ("village", "harbour", "station", "market", "school", "park"):
        options += [_vehicle, _music]
    chosen = stage.rng.choice(options)
    chosen(stage, "h" if chosen in (_clothes, _pocketful) else role)


def turn(stage: Stage) -> None:
    """A new paragraph; often something small happens before the story goes on."""
    stage.tell.paragraph()
    if stage.here and stage.tell.chance(0.5):
        if stage.tell.chance(0.5):
            stage.look_about(1)
        else:
            incident(stage)


def _passer_by(stage: Stage, role: str) -> None:
    job = stage.rng.choice(list(stage.lex.people))
    who, doing, spot = job.replace("_", " "), stage.pick(stage.lex.people[job]), stage.by()
    article = "" if who.startswith("twin") else "a "
    was = "were" if who.startswith("twin") else "was"
    stage.tell.one_of(
        f"{article}{who} {was} {doing} {spot}",
        f"{spot} {was} {article}{who}, {doing}",
        f"[{role}] {{~pass|~see|~watch|~greet|~wave at|nearly ~bump into}} {article}{who} {doing}",
        f"on the {{way|corner}} {{stood|was}} {article}{who}, {doing}",
        f"{article}{who}, {doing}, {{~nod|~call good morning|~wave|~look up and ~smile|did not even look up}}",
        f"there {was} {article}{who} {doing}",
    )


def _items(stage: Stage, kind: str, count: int) -> str:
    """'a, a and a' of a class."""
    items = [f"a {stage.x(f'<{kind}>')}" for _ in range(count)]
    return f"{', '.join(items[:-1])} and {items[-1]}"


def _pocketful(stage: Stage, role: str) -> None:
    items = _items(stage, "small_item", stage.rng.choice((2, 3, 3, 4)))
    stage.tell.one_of(
        f"in [{role}.p] {{pocket|left pocket|coat pocket|bag|boot}} there were {items}",
        f"[{role}] ~turn out [{role}.s] {{pockets|bag}} and ~find {items}",
        f"[{role}] always carried {items}, {{just in case|for luck|for reasons of [{role}.s] own}}",
        f"out of [{role}.p] pocket {{~fall|~roll}} {items}",
    )


def _find(stage: Stage, role: str) -> None:
    thing = stage.x("{<small_item>|<small_item>|<household>|<tool>}")
    spot = stage.spot("buios")
    stage.tell.one_of(
        f"{spot} {{lay|was}} a {thing}",
        f"[{role}] ~{{find|spot|step on|pick up|kick}} a {thing} {spot}",
        f"{{somebody|someone|the wind|a careless person}} had left a {thing} {spot}",
        f"[{role}] ~trip over a {thing} {spot}",
    )


def _wondering(stage: Stage, role: str) -> None:
    stage.tell.one_of(
        f"[{role}] {{~wonder|~ask [{role}.r]|~think about}} <wonder>",
        f"on the way, [{role}] ~wonder <wonder>",
        f"[{role}] had no idea <wonder>",
        f"[{role}] {{~want to know|~try to work out}} <wonder>, but {{there was nobody to ask|it made [{role}.s] head hurt|nobody "
        f"could say}}",
    )


def _question(stage: Stage, _: str) -> None:
    stage.tell.one_of(
        "[h] ~ask [f.o] <wonder>",
        '"I wonder," said [h.n], "<wonder>."',
        "[h] ~want to hear from [f] <wonder>",
        "<later_cap>, [h] ~ask <wonder>",
    )
    stage.tell.reply("f", "<silly_answer>")


def _riddle(stage: Stage, _: str) -> None:
    joke = stage.x("<joke>").partition("? ")
    stage.tell.quote("f", f"{{I know a joke|Do you know this one|Listen|Here is a riddle}}. {joke[0]}?")
    stage.tell.one_of(
        "[h] {~think|~guess three times|~shrug} and {~give up|~shake [h.s] head}", "[h] did not know", "[h] ~think {hard|for a while}"
    )
    stage.tell.quote("f", joke[2], "glad")


def _snack(stage: Stage, role: str) -> None:
    stage.tell.one_of(
        f"[{role}] {{~eat|~munch|~have|~unwrap|~chew}} <food_snack> {stage.by()}",
        "there was time for <food_snack>{| and <drink>}",
        f"[{role}] had brought <food_snack>, and {{it ~taste {{wonderful|better outdoors|of home|a bit of soap}}|half of it went "
        f"to <small_creature>}}",
        f"first of all, [{role}] ~{{eat|have}} <food_snack>",
    )


def _clothes(stage: Stage, role: str) -> None:
    stage.tell.one_of(
        f"[{role}] wore a <colour> {{<single_garment>}} that day",
        f"[{role}] {{~button up|~pull on|~straighten|~borrow}} a {{<age>|<colour>|warm|woolly|very big}} <single_garment>",
        f"with a <colour> <single_garment> and a <single_garment>, [{role}] {{was ready for anything|felt very smart|looked like a "
        f"{{pirate|scarecrow|duke}}}}",
    )


def _pretending(stage: Stage, _: str) -> None:
    who = stage.rng.choice(("h", "f"))
    other = "f" if who == "h" else "h"
    feature = stage.feature("bsio")
    stage.tell.one_of(
        f"they {{pretended|decided|agreed}} that the {feature} was <pretend>",
        f"the {feature} {{became|turned into|was}} <pretend>, and [{who}] was {{the captain|the king|in charge|the cook|the "
        f"lookout|a ghost}}",
        f'"This is <pretend>," said [{who}.n], {{climbing onto|standing beside|patting|pointing at}} the {feature}',
        f"they {{played|pretended}} that [{other}] was {{a lion|a doctor|the queen|a customer|a passenger|a famous thief}} and the "
        f"{feature} <pretend>",
    )


def _game(stage: Stage, _: str) -> None:
    winner = stage.rng.choice(("h", "f"))
    stage.tell.one_of(
        "they played <game> and then <game>",
        f"[{winner}] won at <contest_game> {{twice|three times|every time|by a whisker}}",
        f"they played <game> {stage.by()} <time_spent>",
        "after <game> came <game>, and after that <game>",
        f"[{winner}] was {{good|hopeless|rather good|no good}} at <contest_game>",
    )


def _stall(stage: Stage, role: str) -> None:
    goods = stage.x("{<fruit>|<vegetable>|<flower>|<sweet>}")
    more = stage.x("{<fruit>|<vegetable>|<flower>}")
    stage.tell.one_of(
        f"there were {{baskets|boxes|barrows|piles|buckets}} of {goods} and {more}",
        f"{{a woman|a man|an old lady|a boy}} was {{selling|sorting|carrying|washing|picking}} {goods}{{| and {more}}}",
        f"[{role}] {{~count|~smell|~admire|~carry|~pick}} {{the|some|a few}} {goods}",
        f"it had been a good year for {goods}, but not for {more}",
    )


def _vehicle(stage: Stage, role: str) -> None:
    stage.tell.one_of(
        "a <vehicle> {~rattle|~roll|~rumble|~crawl|~glide|~speed} {by|past|round the corner}",
        f"[{role}] ~step {{aside|back}} to let a <vehicle> {{pass|by}}",
        f"a <colour> <vehicle> {{was waiting|had stopped|stood}} {stage.by()}",
        f"[{role}] ~wave at the driver of a <vehicle>",
    )


def _music(stage: Stage, _: str) -> None:
    stage.tell.one_of(
        "{somewhere|in an upstairs room|behind a curtain}, {somebody|a child|a teacher} was practising the <instrument>",
        f"{{a man|a girl|two soldiers}} played the <instrument> {stage.by()}",
        "a <instrument> and a <instrument> {~begin to play|were being tuned|~quarrel over the tune}",
    )


def likes(stage: Stage, role: str) -> None:
    """A sentence on what someone loves, from games, sweets, instruments and the like."""
    who = stage.tell.roles[role]
    assert isinstance(who, Being)
    stage.tell.one_of(
        f"[{role}] loved <game>, <sweet> and {{the sound of the <instrument>|rides on the <vehicle>|the smell of <flower>}}",
        f"[{role}] {{~collect|~have a box full of|~keep}} {{old stamps|feathers|bottle tops|buttons|bus "
        f"tickets|shells|fossils|corks|dead beetles}} and could play the <instrument> {{a little|badly|quite well}}",
        f"[{role}.p] favourite {{game was <game>|things were <sweet> and <fruit>|colour was <colour>|tree was the <tree> {{at the "
        f"gate|by the well|behind the house}}}}",
        f"[{role}] wanted to be a {{<job>}} {{one day|}}",
        f"more than <sweet>, more than <fruit>, [{role}] loved <game>",
    )
