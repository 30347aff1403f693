"""Stories of things lost, taken and found, and of animals in need."""

from stories_maker.incidents import turn
from stories_maker.rescue import need_here, predicament, rescue
from stories_maker.stage import Stage
from stories_maker.world import Being, Thing


def lost_and_found(stage: Stage) -> None:
    """A treasure is lost; those who are asked know it by its looks; it is where it could have been guessed."""
    tell = stage.tell
    stage.hero()
    stage.introduce()
    stage.habit("h")
    thing = stage.treasure("t")
    stage.cherish()
    if tell.chance(0.4):
        stage.grown_up("a")
        stage.gift_for_the_road()
    turn(stage)
    stage.go()
    does = stage.does()
    tell.say(f"<one_day>{{,|}} [h] <moved> to [p] to {stage.base(does)}")
    stage.look_about(2)
    tell.but(
        f"[h] {{~want to show [t] to {{everyone|the {stage.rng.choice(('ducks', 'neighbours', 'others', 'sparrows'))}}}|~look for "
        f"[t]|~reach for [t]}}",
        f"{{it ~be gone|there ~be no {thing.noun} anywhere|[h.s] {{hand|bag|pocket}} ~be empty}}",
    )
    tell.quote("h", f"<exclaim_bad> {{Where is|Who has seen|I have lost}} my {thing.noun}{'?' if tell.chance(0) else '!'}", "sad")
    stage.feel("h", "sad")
    turn(stage)
    _search(stage, thing)
    _ask_witness(stage, thing)
    turn(stage)
    need = need_here(stage)
    predicament(stage, need)
    by = rescue(stage, need)
    turn(stage)
    _joy(stage, thing, by)
    stage.close("moral_kind" if by == "helper" else "moral_patience")


def _search(stage: Stage, thing: Thing) -> None:
    tell = stage.tell
    a, b, c = stage.spot(), stage.spot(), stage.spot()
    find = stage.x(
        "{only|nothing but} {<small_creature>|dust|a pair of spectacles|an old shoe|a broken cup|a farthing|three dead flies|a "
        "mouldy crust|someone's glove|a nest of {mice|earwigs}|last year's leaves}"
    )
    tell.one_of(
        f"[h] <looked> {a}, {b} and {c}",
        f"[h] <looked> {a}. {b} there was {find}",
        f"was it {a}? No. Was it {b}? {{No|Not there either}}. [h] even <looked> {c}",
        f"[h] <looked> {a} and ~find {find}",
        f"first [h] <looked> {a}, then {b}",
        f"there was no {thing.noun} {a}, and none {b} {{either|}}",
        f"[h] turned everything upside down, {a}, {b} and even {c}",
    )
    tell.one_of(
        "it was {nowhere|not there}",
        f"no {thing.noun} {{at all|anywhere|to be seen}}",
        "{no|there was no} trace of [t]",
        "{there|but} it was {not there|nowhere to be found}",
    )


def _ask_witness(stage: Stage, thing: Thing) -> None:
    """The witness asks for its looks, and the answer is what was told when the thing came in."""
    tell = stage.tell
    stage.companion("w")
    stage.meet("w")
    stage.greet("w")
    looks = " and ".join(thing.looks)
    tell.quote("h", f"{{Have you seen|Did you see|You haven't seen|Has anyone found}} {{a|my}} {thing.noun}?", "ask", to="w")
    if tell.chance(0.6):
        tell.quote("w", f"{{What does it look like|What is it like|What sort of {thing.noun}|Which one|What colour is it}}?", "ask")
        tell.reply("h", f"{{It is|It's}} {looks}{{, with|. It has|, and it has}} {thing.detail}")
    stage.go()
    near = stage.spot("bcsu")
    tell.quote(
        "w",
        f"{{I saw|There was|I think I saw|I noticed}} something {thing.looks[-1]} {{at|over at|near}} "
        f"{stage.lex.places[stage.here]['noun'][0]}{{, {near}|}}{{ this morning| not long ago| an hour ago|}}",
    )
    tell.reply("h", "<thanks>!")
    stage.journey("h", "moved_fast")
    tell.one_of(
        "{and|yes,} there it was",
        "there, {at last|sure enough}, was [t]",
        f"{{yes|true enough}}, something {thing.looks[-1]} {{~shine|~flash|~gleam|was there}}",
        f"[h] knew {thing.detail} at once",
    )


def _joy(stage: Stage, thing: Thing, by: str) -> None:
    tell = stage.tell
    stage.feel("h", "happy", "[t] ~be back{| where it belonged| safe and sound}")
    if by == "helper":
        tell.quote("h", "<thanks>!", "glad", to="c")
        _pay(stage)
    elif by == "pocket":
        pocket = stage.being("h").pocket
        tool = pocket.noun if pocket else ""
        tell.one_of(
            f"[a] had been right {{after all|about the {tool}|as always}}",
            "[h] {ran|went} {home|straight} to thank [a]",
        )
    if tell.chance(0.6):
        tell.one_of(
            "[h] ~tie [t] to [h.s] {belt|wrist} with a piece of {ribbon|string}, so that it ~can not get lost again",
            "{from then on|after that}, [t] had a place of its own on the {shelf|window sill|bedpost}",
            "[h] ~wipe [t] {clean|with a sleeve} and ~{kiss|hug|admire} it",
            f"[h] ~check {{twice|three times}} that {thing.detail.replace('a ', 'the ', 1)} was still {{there|in its place}}"
            if thing.detail.startswith("a ")
            else "[h] ~look [t] over and ~find nothing broken",
        )


def _pay(stage: Stage) -> None:
    """A promise made to a helper is kept."""
    memories = stage.being("h").memories
    tell = stage.tell
    if memories:
        food = memories[-1]
        tell.one_of(
            f"{{a promise is a promise, so|the next day|true to [h.s] word,}} [h] ~bring {food} for [c.o]",
            f"[h] did not forget [h.s] promise. {{That evening|The same day}}, [c] ~{{eat|have}} {food} {{for supper|till [c.s] "
            f"tummy was tight|and asked for more}}",
            f"and [c] ~get {food}, {{just as|as}} [h] had promised",
        )
    else:
        tell.quote("c", "{It was nothing|Any time|You would do the same for me|You're welcome|Glad to help}")


def animal_in_need(stage: Stage) -> None:
    """An animal is hurt, lost or trapped; it is helped, and what it can do comes back as help."""
    tell = stage.tell
    stage.child("h")
    stage.introduce()
    stage.habit("h")
    turn(stage)
    stage.go(indoor=False)
    tell.say(f"<one_day>{{,|}} [h] <moved> to [p] to {stage.base(stage.does())}")
    stage.look_about(1)
    tell.one_of(
        "<little_sound> ~make [h.o] stop",
        "{suddenly|then} there was <little_sound>",
        "what was that? It sounded like <little_sound>",
        "{all at once|just then}, [h] ~hear <little_sound> {close by|in the grass|from below}",
    )
    c = stage.animal("c")
    stage.meet("c")
    trouble, cure = _trouble(stage)
    tell.say(trouble)
    stage.feel("c", "afraid")
    tell.quote(
        "h",
        "{Don't be afraid|You poor thing|Hold still|I won't hurt you|Oh, you poor little one}. {I'll help you|Let me look|Let me "
        "see|We'll soon have you right}",
        "soft",
        to="c",
    )
    tell.but(
        "[c] {~hiss|~bite|~try to run|~shrink back|~tremble}", "[h] {~stay calm|~wait|~speak softly|~move very slowly|~take [h.s] time}"
    )
    tell.act("h", *cure)
    turn(stage)
    _nursing(stage, c)
    turn(stage)
    _repay(stage, c)
    stage.close("moral_kind")


def _trouble(stage: Stage) -> tuple[str, tuple[str, ...]]:
    """What is wrong with the animal 'c', and what the hero does about it."""
    troubles = (
        (
            "[c.s] {leg|paw|foot} was {caught|trapped} in {a wire|a piece of netting|an old trap|a {jam jar|tin can}}",
            ("~{untwist|cut|loosen} it {bit by bit|with a penknife|with both hands}", "~set [c.o] free"),
        ),
        (
            "[c] had {hurt|cut|twisted} [c.s] {foot|leg|side} on {broken glass|a thorn|a sharp stone|barbed wire}",
            ("~{wash|clean} the {cut|sore place} with {cool|warm} water", "~wrap it in {a handkerchief|a strip of shirt|a dock leaf}"),
        ),
        (
            "[c] had {lost [c.s] mother|fallen out of {bed|the nest|a cart}|strayed too far from home}",
            ("~pick [c.o] up", "~tuck [c.o] inside [h.s] {coat|hat|jumper} to keep [c.m] warm"),
        ),
        (
            "[c] was {soaked|wet through|stiff with cold} and {~shiver|could hardly stand}",
            ("~dry [c.o] with {a scarf|a sleeve|handfuls of hay}", "~rub [c.s] {ears|back|feet} until they were warm"),
        ),
        (
            "[c] was so {hungry|thin|weak} that [c.s] {legs shook|ribs showed}",
            (
                "~look in [h.s] bag",
                f"~hold out {{a bit of bread|half a biscuit|some {stage.pick(stage.lex.animals[stage.being('c').noun]['food'])}}}",
            ),
        ),
    )
    return stage.rng.choice(troubles)


def _nursing(stage: Stage, c: Being) -> None:
    tell, entry = stage.tell, stage.lex.animals[c.noun]
    stage.grown_up("a")
    box = stage.x(
        "{a shoe box|a basket|a drawer|an old hat|a crate} {by the stove|under the stairs|in the shed|beside the bed} {with|and "
        "lined it with} {hay|a jumper|wool|cotton wool|an old towel}"
    )
    tell.quote(
        "h",
        "{May|Can} {we|I} keep [c.m]{| until [c.h] is {well|better|strong} again}?",
        "ask",
        to="a",
    )
    tell.quote(
        "a",
        "{Only until the wound has healed|Until [c.h] is strong enough|A wild thing must be free|If you do all the work|You may, "
        "but you must feed [c.m] yourself|Not for ever, but for now}",
    )
    tell.one_of(
        f"[h] made a bed in {box}",
        f"{{so|that night}} [c] slept in {box.replace(' and lined it', '')}",
    )
    food, more = (stage.x(option) for option in stage.rng.sample(entry["food"], 2))
    tell.one_of(
        f"[c] ~eat {food} and {more}, and every day [c.h] ~grow {{stronger|a little fatter|livelier}}",
        f"{{three times|twice}} a day there were {food}, and {more} on Sundays"
        if food.endswith("s")
        else f"every morning [h] ~bring {food}",
        f"at first [c] would not eat. {{Then|On the second day}} [c.h] ~take some {food}",
    )
    stage.feel("c", "happy") if tell.chance(0.4) else tell.act(
        "c", stage.pick(entry["call"]), f"{stage.pick(entry['gait'])} {{round the room|about|after [h.o] everywhere}}"
    )
    tell.then("[c] ~be {well|strong} again", "[h] ~carry [c.o] {back|outside|to the place where they had met}")
    tell.one_of(
        "it was hard to say goodbye",
        '"<farewell>," said [h.n]. {A tear ran down [h.s] nose|[h.s] voice was not quite steady}',
        "[c] ~look back {once|twice} and was gone",
    )


def _repay(stage: Stage, c: Being) -> None:
    tell = stage.tell
    needs = [need for need, entry in stage.lex.rescue.items() if set(entry["skill"][0].split()) & c.skills]
    stage.go(indoor=False)
    if not needs:
        tell.one_of("{weeks|months} later, [h] was lost in the {fog|dark|snow} near [p]", "the next winter, [h] lost the way near [p]")
        stage.feel("h", "afraid")
        tell.then(f"something ~{stage.rng.choice(('pull', 'tug', 'push', 'nudge'))} at [h.s] {{sleeve|coat|leg}}", "there ~be [c]")
        tell.act(
            "c",
            stage.pick(stage.lex.animals[c.noun]["gait"]) + " ahead",
            "~lead [h.o] {straight home|to the road|back to the lights of the village}",
        )
    else:
        need = stage.rng.choice(needs)
        stage.treasure("t")
        tell.one_of(
            f"{{weeks|months|a year}} later, [h] was {{playing|sitting|alone}} {{in the sun|}} {stage.by()} with [t.a]",
            "that {autumn|summer|spring}, [h] {~drop|~lose} [t.a] near [p]",
            "one day [h] ~take [t.a] to [p]",
        )
        predicament(stage, need)
        stage.feel("h", "sad")
        tell.then(
            "[h] ~hear <little_sound>",
            f"[c] ~{{stand|be}} {{there|beside [h.o]}}, with {stage.pick(stage.lex.animals[c.noun]['cover'])} {{as fine as ever|}}",
        )
        tell.act("c", stage.pick(stage.lex.rescue[need]["animal_done"]))
        tell.quote("h", "{You remembered me|You did not forget|It's you}! <thanks>", "glad", to="c")
