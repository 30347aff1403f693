"""Stories between people: quarrels, misunderstandings, things kept back, newcomers."""

from stories_maker.grammar import verbs
from stories_maker.incidents import incident, likes, turn
from stories_maker.stage import Stage
from stories_maker.world import Being, Thing


def quarrel(stage: Stage) -> None:
    """Two want the same thing; it breaks; the one who mends it also finds the rule for sharing it."""
    tell = stage.tell
    stage.child("h")
    stage.companion()
    stage.introduce("h")
    tell.one_of(
        "[h.p] best friend was [f.n], {who|and [f.n]} lived {next door|across the street|two doors away|down the lane|round the corner}",
        "{every day|most days|on Saturdays} [h] {~play|~be} with [f.n]",
        "[f.n] and [h.n] did everything together",
    )
    stage.habit(stage.rng.choice(("h", "f")))
    turn(stage)
    stage.go()
    thing = stage.treasure("t", owner="")
    tell.say(f"<one_day>{{,|}} [g] <moved> to [p] to {stage.base(stage.does())}")
    incident(stage)
    tell.one_of(
        f"{stage.spot('bious')}, they {{~find|~discover|~spot}} [t.a] with {thing.detail}",
        f"{stage.spot('bious')} {{lay|was}} [t.a] with {thing.detail}, and {{no owner|nobody}} {{anywhere|in sight}}",
        f"[a.name] had given them [t.a] with {thing.detail}, {{for both|to share|one between two}}"
        if "a" in tell.roles
        else f"there lay [t.a] with {thing.detail}",
    )
    tell.quote("h", "{It's mine|I saw it first|Let me have it|I want to go first}!", "shout")
    tell.quote(
        "f",
        "No, {I saw it first|it's mine|I touched it first|you always go first|it was my idea to come here}! {Let go|Give it to "
        "me|Give it back}!",
        "cross",
    )
    tell.one_of(
        "[h] pulled {to the left|at one end|hard}, and [f] pulled {to the right|at the other|harder}",
        "they {pulled|tugged} {to and fro|this way and that}",
        "[f] ~grab one end, and [h] would not let go of the other",
        "they {pushed|shoved} and {pulled|shouted} {until <small_creature> fled|like <animals_plural>|for a long time}",
    )
    tell.one_of("then there was {a crack|a rip|a snap|a nasty noise}", "{crack|snap|rip|ping}!", "and then it happened")
    tell.say(stage.pick(stage.entry("t")["break"]))
    tell.quote("f", "{Now look what you've done|That's your fault|I hate you|You broke it}!", "cross")
    stage.feel("h", stage.rng.choice(("angry", "ashamed", "sad")))
    tell.one_of(
        "[f] went {home|off} without {a word|saying goodbye}",
        "[g] turned their backs on each other",
        "for {an hour|the rest of the day|two whole days} they did not {speak|say a word}",
        f"[h] sat {stage.spot('bsu')}, [f] {stage.spot('bsu')}, and nobody spoke",
    )
    turn(stage)
    _make_up(stage, thing)
    stage.close("moral_friend")


def _make_up(stage: Stage, thing: Thing) -> None:
    tell = stage.tell
    sorry, other = stage.rng.choice((("h", "f"), ("f", "h")))
    tell.one_of(
        f"{{but|after a while,|in the end,}} [{sorry}] {{~miss|~begin to miss}} [{other}]",
        f"it was dull to {stage.base(stage.does())} alone",
        f"alone, [{sorry}] tried to {stage.base(stage.does())}, but {{it was no fun|half the fun was gone}}",
        f"[{sorry}] could not stop thinking about [{other}.o]",
    )
    stage.feel(sorry, stage.rng.choice(("lonely", "ashamed", "sad")))
    if tell.chance(0.6):
        stage.grown_up("a")
        tell.quote("a", "{What is the matter with you|Why so quiet|Where is your friend|Have you two quarrelled}?", "ask", to=sorry)
        tell.reply(sorry, f"{{We both wanted|We fought over}} the {thing.noun}, and {{now it is broken|it broke}}")
        tell.quote(
            "a",
            f"{{A {thing.noun} can be mended|Things can be glued|That can be put right}}{{. And so can a friendship|, and friends "
            f"too|}}. {{Start with one small word|You know what to do|One of you must be the first to say sorry}}",
        )
    mend = stage.pick(stage.entry("t")["mend"])
    tell.act(sorry, "~{take|fetch|gather up} {the pieces|[t]|what was left of [t]}", mend)
    tell.act(sorry, f"~{{go|walk|run}} to [{other}.p] {{door|house|gate}} and ~knock")
    tell.quote(sorry, "<sorry>", "soft", to=other)
    tell.quote(other, "{<sorry>|I'm sorry too|Me too|I was just as silly}{. I missed you|. Friends again|}", "soft")
    first, rule = (
        stage.x("{who goes first|who has it|whose turn it is}"),
        stage.x(
            "{You on Mondays, me on Tuesdays|You have it till lunch, and I have it after|We'll count to a hundred, and then "
            "swap|Heads you, tails me|You hold it, and I'll steer|One week you, one week me}"
        ),
    )
    tell.quote(sorry, f"{{I thought about|I know}} {first}. {rule}")
    tell.one_of("so it was {agreed|decided}", "[g] shook hands on it", f"[{other}] ~{{nod|grin|agree}}")
    use = verbs(stage.pick(stage.entry("t")["use"]), "past").replace("[s.s]", "their")
    tell.one_of(
        f"together they {use}",
        f"that {{afternoon|day}}, {{first one and then the other|the two friends}} {use}",
        f"<time_spent>, they {use}",
    )


def misunderstanding(stage: Stage) -> None:
    """Half of a talk is overheard and the worst is believed; the other half explains it all."""
    tell = stage.tell
    stage.hero()
    stage.companion()
    stage.introduce("h")
    likes(stage, "h")
    event = stage.x("{birthday|name day|school play|house-warming}") if stage.being("h").kind == "child" else "birthday"
    tell.one_of(
        f"{{soon|in three days|tomorrow|on Friday}} it would be [h.p] {event}",
        f"[h] was {{counting the days|looking forward}} to [h.s] {event}",
        f"[h.p] {event} was {{near|coming}}",
    )
    stage.feel("h", "excited")
    turn(stage)
    stage.go()
    stage.grown_up("a")
    tell.say(
        f"<one_day>{{,|}} [h] <moved_slow> {{past|by}} {stage.lex.places[stage.here]['noun'][0]} and ~hear {{voices|somebody "
        f"talking}} {stage.spot('bi')}. It was [f.n]"
    )
    gift = stage.treasure("t", owner="")
    secret, meaning = _secrets(stage, gift)
    tell.quote("f", secret)
    tell.one_of(
        "[h] did not {wait|stay} to hear {more|the rest}",
        "more than that [h] could not {hear|bear to hear}",
        "a {door|cart|dog|tractor} {~bang|~rattle by|~bark}, and [h] ~miss the rest",
    )
    stage.feel(
        "h",
        stage.rng.choice(("sad", "angry", "lonely")),
        stage.x("{[f] ~want to be rid of [h.o]|nobody ~like [h.o] any more|[h.s] best friend had {forgotten|changed}}"),
    )
    incident(stage)
    turn(stage)
    tell.one_of(
        "when [f] came to {play|call|visit}, [h] {hid|would not open the door|said nothing|turned away}",
        "[h] {did not answer|looked the other way} when [f] {waved|said good morning}",
        "the next day, [f] ~wave, but [h] ~walk {on|past with [h.s] nose in the air}",
    )
    tell.quote("f", "{What have I done|What is wrong|Are you cross with me|Did I do something}?", "ask", to="h")
    tell.quote("h", "{You know very well|I heard what you said|Go away|Ask yourself|Nothing}.", "cross")
    stage.feel("f", "surprised")
    turn(stage)
    tell.then(
        f"{{the day of the {event}|the great day|Friday}} ~come",
        "[h] ~{find|see} a {note|line of paper arrows|trail of <flower>} {on the mat|at the door}",
    )
    stage.go()
    tell.one_of("it ~lead to [p]", f'"{{Come to|You are wanted at|Meet me at}} {stage.lex.places[stage.here]["noun"][0]}," it said')
    stage.journey("h", "moved_slow")
    tell.one_of(
        "{there, under paper lanterns|behind the door|in the middle of it all}, {stood|waited} [f] and {everybody|all [h.s] "
        "friends}, with {a cake|balloons|<food_snack>} and [t.a]",
        f'"Surprise!" {{cried|shouted}} [f.n], and {{held out|pulled the cloth from}} [t.a] with {gift.detail}',
    )
    tell.quote("f", meaning, "glad", to="h")
    stage.feel("h", stage.rng.choice(("ashamed", "surprised", "happy")))
    tell.quote("h", "<sorry>. {I only heard half|I got it all wrong|I should have asked you}", "soft", to="f")
    tell.quote(
        "f",
        "{Next time, ask me|Silly|It doesn't matter now|Half a story is often the wrong one}! {Come, blow out the candles|Now open "
        "it|Have some cake}",
        "glad",
    )
    stage.close("moral_friend")


def _secrets(stage: Stage, gift: Thing) -> tuple[str, str]:
    """What is overheard, and what was meant by it."""
    n = gift.noun
    return stage.rng.choice(
        (
            (
                f"{{I can't stand|I am tired of}} that old {n}. {{It must go|Away with it|Nobody wants it any more}}",
                f"It was your old {n} that I was tired of! {{Here is|So I made you}} a new one",
            ),
            ("Whatever happens, [h.name] must not come", "You were not to come before everything was ready"),
            (
                "[h.name] will never guess it. {Nobody|Not one of us} must say a word to [h.m]",
                f"We could not tell you about the {n}, or it would have been no surprise",
            ),
            (
                "It is much too {small|thin|ugly} for [h.name]",
                f"The first {n} was too small for you, so I {{swapped|changed}} it for this one",
            ),
            (
                "I don't want to {play|walk|sit} with [h.name] today",
                f"I could not play, because I was {{painting|mending|wrapping}} your {n}",
            ),
        )
    )


def owning_up(stage: Stage) -> None:
    """Something is broken and hidden; another is blamed; telling the truth is the way out."""
    tell = stage.tell
    stage.child("h")
    stage.grown_up("a", kin=True)
    stage.introduce("h")
    stage.habit("h")
    stage.go(indoor=True)
    thing = Thing(stage.x("<household>"), (stage.x("<colour>"),), owner=stage.being("a"))
    stage.set("t", thing)
    stage.set("o", stage.being("a"))
    why = stage.x(
        "{it had come from [o.p] <relative>|it was very old|[o] had won it at the fair|it was the last of six|[o] had carried it "
        "all the way from {Spain|Norway|Egypt|the city}}"
    )
    tell.one_of(
        f"{{in [p] stood|[a] owned|[a] had}} [t.a], and nobody was allowed to {{touch it|play near it|use it}}, {{because|for}} {why}",
        f"{{in [p] stood|[a] owned|[a] had}} [t.a]. {why}{{, and|. So}} nobody was allowed to {{touch it|use it}}",
    )
    turn(stage)
    slip = stage.x(
        "{~play football indoors|~dance about|~swing a <tool>|~build a tower of chairs|~chase <small_creature>|~practise juggling "
        "with <fruit>|~play <game> alone|~run with {muddy|wet} boots}"
    )
    tell.then(
        f"[h] {slip} {{in|near}} {stage.lex.places[stage.here]['noun'][0]}",
        f"[t] ~{{fall|crash|tumble}} {{to the floor|off its {stage.rng.choice(('shelf', 'hook', 'place'))}}} with "
        f"{stage.x('<loud_sound>')}",
        at="<one_day>",
    )
    tell.one_of(
        "it broke {in two|into {three|seven|a hundred} pieces}",
        "it would never be whole again",
        "one big piece rolled {under the cupboard|away}",
        "there was a crack {from top to bottom|right across it}",
    )
    stage.feel("h", "afraid")
    hidden = stage.spot("biu")
    tell.act("h", "~{pick up|gather|sweep up} the pieces", f"~{{hide|push|put}} them {hidden}")
    turn(stage)
    culprit = stage.animal("c", named=True) if tell.chance(0.6) else stage.companion("c")
    tell.quote("a", f"{{Where is|What has become of|Who broke}} my {thing.noun}?", "ask")
    tell.one_of(
        "[h] {~look|~stare} at [h.s] {feet|soup} and ~say nothing",
        f'"{{Perhaps it was|It must have been|I saw}} {culprit.name}," [h] heard [h.r] say',
        '"{I don\'t know|Not me|How should I know}," said [h.n]',
    )
    tell.one_of(
        "so [c] got {no supper|the blame|a scolding} and had to {sleep outside|sit in the corner|stay at home}",
        "[c] was {scolded|sent out|put outside the door}, and it {rained|was cold}",
        "the <job> called [c.o] a {rascal|thief|scamp}, and there was no <sweet> for [c.o] {that day|on Sunday}",
        "[c] had to {peel all the <vegetable>|wash every <household>|stay behind|sleep beside the <tool>}",
        "[c], who had done nothing, {had no cake that day|was called a {rascal|scamp|thief}}",
    )
    stage.feel("h", "ashamed")
    incident(stage)
    tell.one_of(
        "even <food_snack> tasted of {nothing|dust|soap}",
        "that night, the {clock|rain|wind} seemed to say: it was you, it was you",
        "[h] {tried to play <game>|began to draw|took up a book}, but {kept thinking of [c.o]|saw only [c.s] face}",
    )
    turn(stage)
    _confess(stage, culprit, thing)


def _confess(stage: Stage, culprit: Being, thing: Thing) -> None:
    """The truth is told, and put right with the one who was blamed."""
    tell = stage.tell
    tell.act(
        "h",
        "~{get up|make up [h.s] mind|swallow hard|take a deep breath}",
        "~fetch the pieces from {where they were hidden|their hiding place}",
        "~{carry|bring} them to [a.o]",
    )
    tell.quote("h", f"{{It was me|I broke it|It wasn't {culprit.name}}}. <sorry>", "soft", to="a")
    tell.one_of(
        "[a] was {quiet|silent} for a {long|little} while",
        "[a] ~{look|sigh}",
        "[a] ~put down [a.s] {knitting|newspaper|spoon|glasses|<small_item>|<tool>}",
        "[a] ~turn a <small_item> over and over",
        "somewhere a <vehicle> ~go by and a <instrument> ~play",
    )
    tell.quote(
        "a",
        f"{{I am sad about|I liked}} the {thing.noun}. {{But I am glad|Still, I am proud}} that you {{told me|told the truth|came "
        f"by yourself}}. {{Now, who else needs to hear that you are sorry?|And what about [c.name]?|Let's see what glue can "
        f"do|When I was small, I broke my <relative>'s <household> and blamed the <pet>}}",
    )
    tell.act("h", "~{hug|stroke|find} [c.o]", "~give [c.m] {half of [h.s] supper|<food_snack>|the best cushion}")
    tell.one_of(
        "together they glued it, {piece by piece|and you could hardly see the cracks|with the handle on the wrong side}",
        "[h] saved up {all summer|for weeks|every penny} and bought {a new one|another} at the market",
        f"the {thing.noun} got a {{crooked|new}} life as a {{flowerpot|home for a "
        f"{stage.rng.choice(('toad', 'wren', 'mouse', 'spider'))}|pencil holder|hat for the scarecrow}}",
    )
    stage.close("moral_honest")


def newcomer(stage: Stage) -> None:
    """Someone new is strange in one way; what is strange turns out to be what is needed."""
    tell = stage.tell
    stage.child("h")
    stage.companion("f")
    stage.introduce("h")
    stage.go(stage.rng.choice(("school", "playground", "park", "village", "farm", "forest")))
    tell.one_of(
        "[g] {did everything together|were always together|knew each other from the cradle}",
        "[h] and [f] {had|shared} a den {and a secret knock|where nobody else was let in}",
    )
    turn(stage)
    new = stage.child("n") if tell.chance(0.6) else stage.animal("n")
    oddity, jeer, need, deed = _oddity(stage)
    tell.one_of(
        f"<one_day>{{,|}} {{a new {{face|neighbour}}|someone new}} came to [p]: {new.name}, a "
        f"{{quiet|tall|small|thin|round|freckled}} {new.noun}, {{who|and [n.h]}} {oddity}",
        f"<one_day>, {new.name} moved {{in next door|to the village|in}}. [n.h] was a {new.noun} who {oddity}",
    )
    stage.discourse_note(new)
    tell.quote(
        "f",
        f"{{{jeer}|How odd|Look at that}}! {{Let's not play with [n.m]|Who does that|Don't look}}",
        "cross" if tell.chance(0.4) else "soft",
    )
    tell.one_of(
        "[h] {laughed|giggled}, {but not for long|though it did not feel right}",
        "[h] said nothing{, and felt bad about it|}",
        "[h] looked {away|at the ground}",
    )
    tell.one_of(
        "so [n] ate {<fruit>|<food_snack>} alone and {talked to|fed} <small_creature>",
        "while the others played <game>, [n] {~draw|~read about|~dream of} <pretend>",
        "so [n] {played|sat|ate} alone",
        f"day after day, [n] sat {stage.spot('bsu')}, alone",
        "nobody asked [n] to {join in|play}",
    )
    stage.feel("n", "lonely")
    incident(stage, "g")
    turn(stage)
    tell.say(need)
    stage.feel("h", "afraid")
    tell.one_of("nobody knew what to do", "[f] {~run|~call} for help, but {nobody|no one} came", "[f] ~try, but it was no good")
    tell.act("n", *deed)
    stage.feel("h", stage.rng.choice(("surprised", "happy", "ashamed")))
    tell.quote("f", "<thanks>! {I was silly|I am sorry that I laughed|I take it all back}", "soft", to="n")
    tell.quote(
        "n",
        "{My <relative> was a <job> and showed me|I learned that from a <job>|That's all right|I am used to it|Everyone has "
        "something|It just comes in handy at times|I only did what I could}",
    )
    tell.quote(
        "h",
        "{Will you|Do you want to|Would you like to} {play <game>|come to our den|sit with us|have some <sweet>}{| with us| tomorrow}?",
        "ask",
        to="n",
    )
    tell.one_of(
        "[n] {did not need to be asked twice|nodded so hard that [n.s] hat fell off|beamed}",
        "from then on there were three of them",
        "and {so|that is how} the secret knock got {a third|one more} beat",
    )
    stage.close("moral_kind")


def _oddity(stage: Stage) -> tuple[str, str, str, tuple[str, ...]]:
    return stage.rng.choice(
        (
            (
                "carried a {huge|battered} umbrella even in the {sun|house}",
                "It isn't even raining",
                f"then, {{one afternoon|without warning}}, hailstones {{as big as "
                f"{stage.rng.choice(('eggs', 'marbles', 'plums'))}}} ~come down, and there was no roof for a mile",
                ("~open the {great|big} umbrella", "~pull both of them under it"),
            ),
            (
                "whistled {instead of talking|all day long} like a {blackbird|kettle}",
                "What a noise",
                "one {evening|day}, thick fog ~roll in, and [g] lost the way {home|on the hill}",
                ("~whistle {three|two} long notes from the gate", "~whistle again until they had found the road"),
            ),
            (
                "collected {knots|string} and had {ropes|loops} in every pocket",
                "What rubbish",
                "{then|one day} the {bridge|branch} ~break, and [h] ~hang {over the water|above the ditch} by one hand",
                ("~throw a rope round a post", "~tie a knot that could not slip", "~pull [h.o] up"),
            ),
            (
                "could not run, because one leg was {shorter than the other|in an iron brace}",
                "How slow",
                "one day, a {bull|swarm of wasps|angry goose} ~break loose and ~come straight at them",
                ("~stand quite still", "~speak to it in a low voice until it ~grow calm"),
            ),
            (
                "spoke {another language|with a strange accent} and ate {seaweed|pickled lemons|purple bread}",
                "What funny words",
                f"{{then|one day}} a lost {{sailor|old lady|little child}} stood {stage.by()} in tears, and nobody could understand a word",
                ("~ask in that other language what was wrong", "~listen", "~show the way to the {harbour|station|inn}"),
            ),
            (
                "wore {thick|round} glasses and looked at {everything|ants|moss} through a lens",
                "What is there to see",
                "{then|on Sunday} the picnic was set on the grass, and no match would {light|burn}",
                ("~hold the lens to the sun", "~light the fire with it in {a minute|no time}"),
            ),
            (
                "was afraid of {butterflies|jelly|balloons} and said so",
                "What a baby",
                "one night, the {mill|barn|hay} ~catch fire, and a {foal|kitten|calf} ~cry inside",
                ("~wrap a wet {cloth|sack} round [n.s] head", "~go in", "~bring it out, black with soot"),
            ),
            (
                "knew all the {stars|clouds} by name and forgot everyone else's",
                "Head in the air",
                "they stayed out too long, and {night ~fall|it ~get dark} before they were out of the {woods|marsh}",
                ("~look up", "~find the North Star between the branches", "~lead them home"),
            ),
        )
    )
