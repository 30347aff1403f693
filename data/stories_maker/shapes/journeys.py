"""Stories of things carried and exchanged: an errand, a chain of swaps."""

from stories_maker.incidents import incident, turn
from stories_maker.rescue import need_here, predicament, rescue
from stories_maker.stage import Stage
from stories_maker.world import Being, Thing


def errand(stage: Stage) -> None:
    """Something is to be carried to somebody, with a warning; obstacles come, and the warning matters."""
    tell = stage.tell
    stage.hero()
    stage.introduce()
    stage.grown_up("a")
    load = stage.x(
        "{a pot of {soup|honey|jam}|a basket of <fruit>|a {plum|cherry|rhubarb} pie|a {letter|parcel} with a {red|black} seal|a "
        "jug of milk|a cake with {pink|white} icing|a bunch of <flower>|a bottle of medicine|six eggs in a {hat|bowl}|a hot loaf "
        "in a cloth|a lamp|a mended <household>}"
    )
    noun = load.split(" of ")[0].split(" with ")[0].split(" in ")[0].split(" ", 1)[1]
    stage.set("t", Thing(noun, plural=noun == "eggs", owner=None))
    who = stage.grown_up("b", kin=False)
    warning, temptation = _warning(stage)
    stage.go(indoor=False)
    target = stage.lex.places[stage.here]["noun"][0]
    tell.one_of(
        f"<one_day>{{,|}} [a] ~ask [h.o] to take {load} to {who.name}, the {who.noun}, who {{lived|worked}} {{beyond|near|past}} {target}",
        f'"{{Take this|Can you carry this}} to {who.name} {{beyond|near|past}} {target}," said [a.n] one {{morning|day|evening}}, '
        f"and ~give [h.o] {load}",
    )
    tell.quote("a", warning, to="h")
    tell.reply("h", "{I promise|I won't|I will be careful|You can rely on me|Of course not}")
    if tell.chance(0.6):
        stage.gift_for_the_road()
    turn(stage)
    stage.go()
    stage.journey("h")
    incident(stage)
    stage.companion("f")
    stage.meet("f")
    stage.greet("f")
    tell.quote("f", temptation, to="h")
    fell = tell.chance(0.5)
    if fell:
        tell.one_of(
            "[h] ~think of [h.s] promise. But only for a {moment|minute}, surely",
            "{just this once|only a little}, ~think [h]",
            '"<yes>," said [h.n], and {put down|forgot} [t]',
        )
        tell.one_of(
            "they ~{play|begin to play} <game> <time_spent>",
            "when [h] looked {round|up}, {[t] ~be gone|there ~be nothing where [t] had been}",
            "how quickly the time went!",
        )
        need = need_here(stage)
        predicament(stage, need)
        stage.feel("h", stage.rng.choice(("afraid", "ashamed")))
        rescue(stage, need, helper=tell.chance(0.7))
    else:
        tell.quote("h", "<no>. {I promised|I gave my word|Someone is waiting|After I have been to [b.name]}")
        tell.one_of(
            "[f] ~{shrug|pull a face|walk off}",
            "[f] was {disappointed|a bit cross}, but came along",
            '"{Pity|Too bad|Another time}," said [f.n]',
        )
        incident(stage)
    turn(stage)
    _arrive(stage, who, fell)


def _arrive(stage: Stage, who: Being, fell: bool) -> None:
    """At the door: the errand ends as it went."""
    tell = stage.tell
    stage.go()
    stage.journey("h", "moved_fast")
    tell.one_of(
        f"{who.name} was {stage.by()}, {{waiting|looking down the road|quite worried}}",
        f"there {{sat|stood}} {who.name} {stage.spot('bs')}",
    )
    stage.discourse_note(who)
    if fell:
        tell.quote(
            "b", "{You are late. What kept you|I nearly gave up. Did you get lost|What kept you so long|Did you fall asleep on the way}?"
        )
        tell.quote("h", "{I stopped to play, and nearly lost it|I forgot my promise|It is my fault}. <sorry>", "soft", to="b")
        tell.quote(
            "b",
            "{But you are here now|You might have made up a story, and you didn't|Sit down and get your breath back|That was "
            "honest of you}",
        )
        stage.close("moral_honest")
    else:
        tell.quote("b", "{Just in time|Not a drop spilt|You came all this way|Right on time}! <praise>", "glad", to="h")
        tell.one_of(
            "for the way home, [h] got <food_snack>",
            "[b] ~give [h.o] <food_snack> and a <small_item>",
            f"[b] ~show [h.o] how to {stage.base(stage.does())}",
        )
        stage.feel("h", "proud")
        stage.close("moral_honest")


def _warning(stage: Stage) -> tuple[str, str]:
    """What the grown-up warns of, and how temptation comes."""
    return stage.rng.choice(
        (
            (
                "{Don't stop on the way|Go straight there|No playing on the way}, {and be back by dark|and don't talk to the "
                "geese|do you hear}",
                "{Stay and play <game> with me|Do you want to see my <small_item>|Let us play <game>}{. Just one round!|, will you?|!}",
            ),
            (
                "Don't put it down, {not even for a minute|whatever happens}",
                "{That looks heavy. Put it down|Set it down and rest}{, and look what I have found|. Will you play <game> with "
                "me?|, and have some <sweet>}",
            ),
            (
                "{Somebody is waiting|It is needed before noon|It must not get cold}. {Don't dawdle|Be quick}",
                "{Have you got a minute|What's the hurry}? {There is a <vehicle> to look at|We are playing <game>|I know where "
                "there are <fruit>}",
            ),
        )
    )


def trade(stage: Stage) -> None:
    """One thing is swapped for another, and that for another; in the end the first was dearest, or the last does some good."""
    tell = stage.tell
    stage.child("h")
    stage.introduce()
    stage.habit("h")
    first = stage.treasure("t")
    stage.cherish()
    turn(stage)
    stage.go(stage.rng.choice(("market", "village", "harbour", "fair", "school", "station")))
    tell.say("<one_day>{,|} [h] <moved> to [p] with [t]")
    stage.look_about(1)
    have: Thing = first
    for step in range(stage.rng.choice((2, 3))):
        owner = f"x{step}"
        stage.companion(owner) if tell.chance(0.6) else stage.animal(owner)
        stage.meet(owner)
        offer = stage.treasure("n", [noun for noun in stage.lex.things if noun != have.noun], owner)
        offer.owner = None
        tell.say(f"[{owner}] {{had|held|was playing with}} [n.a] with {offer.detail}")
        tell.quote(
            owner,
            f"{{I'll give you|Shall we swap? You get|Swap you}} {{my|this}} {offer.noun} for your {' '.join(have.looks[-1:])} {have.noun}",
            "say",
            to="h",
        )
        tell.one_of(
            f"a {offer.noun} seemed better than a {have.noun}{{, at least today|}}",
            f"[h] ~look from the {have.noun} to the {offer.noun}{{| and back}}",
            f"[h] ~think of all that {{you|one}} could do with a {offer.noun}",
        )
        tell.reply("h", "<yes>")
        tell.one_of(
            "so now [h] had [n.a]", f"they shook hands, and the {offer.noun} belonged to [h.o]", f"off went [{owner}] with the {have.noun}"
        )
        have = offer
        stage.set("k", offer)
    stage.feel("h", "happy")
    turn(stage)
    tell.then(
        f"[h] ~come home with {{only|nothing but}} the {have.noun}",
        "{everything ~seem quiet|the place ~look empty|something ~be missing} where [t] had been",
    )
    tell.one_of(
        f"the {have.noun} had {have.detail}, but it {{was not the same|had no stories in it|did not smell of home}}",
        f"nobody can {{sleep beside|talk to|laugh with}} a {have.noun}, thought [h]",
    )
    stage.feel("h", "sad")
    tell.one_of("[h] ~go back, from one to {the next|another}, and ~undo every swap", "all the way back [h] ~go, swap by swap")
    looks = " and ".join(first.looks)
    tell.quote("x0", "{You want it back|Back again|What is it}? {I was getting used to it|It was a fair swap|Hm}", "ask")
    tell.quote(
        "h",
        f"{{Please|I'm sorry}}. It's {looks}, and {{it has {first.detail}|I know every scratch of it}}, and {{I miss it|there is "
        f"no other}}",
        "soft",
        to="x0",
    )
    tell.one_of(
        "[x0] ~{think|look at it} and ~hold it out",
        '"{A friend is a friend|Well, take it|I can see that}," said [x0.n]',
        "it cost [h.o] {all [h.s]|a bag of} <sweet>, but [t] came home",
    )
    stage.feel("h", "happy", "[t] ~be back")
    stage.close("moral_wish")
