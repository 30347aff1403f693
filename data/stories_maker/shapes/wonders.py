"""Stories of journeys and wonders: an errand, a chain of swaps, a wish, a secret, bad weather, a night without sleep."""

from stories_maker.incidents import incident, likes
from stories_maker.rescue import need_here, predicament, rescue
from stories_maker.stage import Stage
from stories_maker.world import Thing


def errand(stage: Stage) -> None:
    """Something is to be carried to somebody, with a warning; obstacles come, and the warning matters."""
    tell = stage.tell
    stage.hero()
    stage.introduce()
    stage.grown_up("a")
    load = stage.x("{a pot of {soup|honey|jam}|a basket of <fruit>|a {plum|cherry|rhubarb} pie|a {letter|parcel} with a {red|black} seal|a jug of milk|a cake with {pink|white} icing|a bunch of <flower>|a bottle of medicine|six eggs in a {hat|bowl}|a hot loaf in a cloth|a lamp|a mended <household>}")
    noun = load.split(" of ")[0].split(" with ")[0].split(" in ")[0].split(" ", 1)[1]
    stage.set("t", Thing(noun, plural=noun == "eggs", owner=None))
    who = stage.grown_up("b", kin=False)
    warning, temptation = _warning(stage)
    stage.go(indoor=False)
    target = stage.lex.places[stage.here]["noun"][0]
    tell.one_of(f"<one_day>{{,|}} [a] ~ask [h.o] to take {load} to {who.name}, the {who.noun}, who {{lived|worked}} {{beyond|near|past}} {target}", f"\"{{Take this|Can you carry this}} to {who.name} {{beyond|near|past}} {target},\" said [a.n] one {{morning|day|evening}}, and ~give [h.o] {load}")
    tell.quote("a", warning, to="h")
    tell.reply("h", "{I promise|I won't|I will be careful|You can rely on me|Of course not}")
    if tell.chance(0.6):
        stage.gift_for_the_road()
    stage.turn()
    stage.go()
    stage.journey("h")
    incident(stage)
    stage.companion("f")
    stage.meet("f")
    tell.quote("f", temptation, "ask", to="h")
    fell = tell.chance(0.5)
    if fell:
        tell.one_of("[h] ~think of [h.s] promise. But only for a {moment|minute}, surely", "{just this once|only a little}, ~think [h]", f"\"<yes>,\" said [h.n], and {{put down|forgot}} [t]")
        tell.one_of(f"they ~{{play|begin to play}} <game> <time_spent>", f"when [h] looked {{round|up}}, {{[t] ~be gone|there ~be nothing where [t] had been}}", "how quickly the time went!")
        need = need_here(stage)
        predicament(stage, need)
        stage.feel("h", stage.rng.choice(("afraid", "ashamed")))
        rescue(stage, need, helper=tell.chance(0.7))
    else:
        tell.quote("h", "<no>. {I promised|I gave my word|Someone is waiting|After I have been to [b.name]}")
        tell.one_of("[f] ~{shrug|pull a face|walk off}", "[f] was {disappointed|a bit cross}, but came along", "\"{Pity|Too bad|Another time},\" said [f.n]")
        incident(stage)
    stage.turn()
    stage.go()
    stage.journey("h", "moved_fast")
    tell.one_of(f"{who.name} was {stage.by()}, {{waiting|looking down the road|quite worried}}", f"there {{sat|stood}} {who.name} {stage.spot('bs')}")
    stage.discourse_note(who)
    if fell:
        tell.quote("b", "{You are late. What kept you|I nearly gave up. Did you get lost|What kept you so long|Did you fall asleep on the way}?", "ask")
        tell.quote("h", "{I stopped to play, and nearly lost it|I forgot my promise|It is my fault}. <sorry>", "soft", to="b")
        tell.quote("b", "{But you are here now|You might have made up a story, and you didn't|Sit down and get your breath back|That was honest of you}")
        stage.close("moral_honest")
    else:
        tell.quote("b", "{Just in time|Not a drop spilt|You came all this way|Right on time}! <praise>", "glad", to="h")
        tell.one_of("for the way home, [h] got <food_snack>", "[b] ~give [h.o] <food_snack> and a <small_item>", f"[b] ~show [h.o] how to {stage.base(stage.does())}")
        stage.feel("h", "proud")
        stage.close("moral_honest")


def _warning(stage: Stage) -> tuple[str, str]:
    """What the grown-up warns of, and how temptation comes."""
    return stage.rng.choice((
        ("{Don't stop on the way|Go straight there|No playing on the way}, {and be back by dark|and don't talk to the geese|do you hear}", "{Stay and play <game> with me|Do you want to see my <small_item>|Let us play <game>}{. Just one round|}?"),
        ("Don't put it down, {not even for a minute|whatever happens}", "{That looks heavy. Put it down|Set it down and rest}{, and look what I have found|. Will you play <game> with me|, and have some <sweet>}?"),
        ("{Somebody is waiting|It is needed before noon|It must not get cold}. {Don't dawdle|Be quick}", "{Have you got a minute|What's the hurry}? {There is a <vehicle> to look at|We are playing <game>|I know where there are <fruit>}"),
    ))


def trade(stage: Stage) -> None:
    """One thing is swapped for another, and that for another; in the end the first was dearest, or the last does some good."""
    tell = stage.tell
    stage.child("h")
    stage.introduce()
    stage.habit("h")
    first = stage.treasure("t")
    stage.cherish()
    stage.turn()
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
        tell.quote(owner, f"{{I'll give you|Shall we swap? You get|Swap you}} {{my|this}} {offer.noun} for your {' '.join(have.looks[-1:])} {have.noun}", "say", to="h")
        tell.one_of(f"a {offer.noun} seemed better than a {have.noun}{{, at least today|}}", f"[h] ~look at {{one|the {have.noun}}} and at the {{other|{offer.noun}}}", f"[h] ~think of all that {{you|one}} could do with a {offer.noun}")
        tell.reply("h", "<yes>")
        tell.one_of(f"so now [h] had [n.a]", f"they shook hands, and the {offer.noun} was [h.p]".replace("was [h.p]", "belonged to [h]"), f"off went [{owner}] with the {have.noun}")
        have = offer
        stage.set("k", offer)
    stage.feel("h", "happy")
    stage.turn()
    tell.then(f"[h] ~come home with {{only|nothing but}} the {have.noun}", f"{{everything ~seem quiet|the place ~look empty|something ~be missing}} where [t] had been")
    tell.one_of(f"the {have.noun} had {have.detail}, but it {{was not the same|had no stories in it|did not smell of home}}", f"nobody can {{sleep beside|talk to|laugh with}} a {have.noun}, thought [h]")
    stage.feel("h", "sad")
    tell.one_of(f"[h] ~go back, from one to {{the next|another}}, and ~undo every swap", f"all the way back [h] ~go, swap by swap")
    looks = " and ".join(first.looks)
    tell.quote("x0", f"{{You want it back|Back again|What is it}}? {{I was getting used to it|It was a fair swap|Hm}}", "ask")
    tell.quote("h", f"{{Please|I'm sorry}}. It's {looks}, and {{it has {first.detail}|I know every scratch of it}}, and {{I miss it|there is no other}}", "soft", to="x0")
    tell.one_of(f"[x0] ~{{think|look at it}} and ~hold it out", f"\"{{A friend is a friend|Well, take it|I can see that}},\" said [x0.n]", f"it cost [h] {{all [h.s]|a bag of}} <sweet>, but [t] came home")
    stage.feel("h", "happy", "[t] ~be back")
    stage.close("moral_wish")


def wish(stage: Stage) -> None:
    """Wishes come true word for word; each brings trouble; the last undoes the others."""
    tell = stage.tell
    stage.hero()
    stage.introduce()
    longing, trouble, undo = _longing(stage)
    tell.one_of(f"[h] {{had|knew}} one wish only: {longing}", f"day and night [h] ~wish {longing}", f"if only, ~think [h], {longing}!")
    stage.habit("h") if tell.chance(0.5) else likes(stage, "h")
    stage.turn()
    stage.go()
    giver = stage.x("{a <colour> fish|a tiny {man|woman} in a <colour> <single_garment>|a frog with a {crown|gold ring}|a lamp {with a ghost in it|that coughed}|a fairy with {a cold|one wing|muddy boots}|a talking <household>|a star no bigger than a <small_item>|an old {crow|tortoise} in spectacles}")
    stage.set("m", Thing(giver.split(" ", 1)[1].split(" with")[0].split(" in a")[0].split(" that")[0].split(" no")[0].split(" in spec")[0]))
    count = stage.rng.choice(("one wish", "two wishes", "three wishes"))
    tell.say(f"<one_day>{{,|}} [h] <moved> to [p] to {stage.base(stage.does())}. {stage.spot('bui')} {{sat|was|lay}} {giver}, {{caught in a thread|stuck fast|sneezing|upside down|very dusty}}")
    tell.act("h", "~{help|free|dust} it", "~give it <food_snack>")
    tell.say(f"\"{{Thank you. For that|For your trouble|As a reward}} you have {count},\" it {{~say|~squeak|~whisper}}. \"{{But choose your words|Mind what you say|Think first|No money back}}!\"")
    stage.feel("h", "surprised")
    tell.one_of(f"[h] did not think {{for long|twice}}. {{Out it came|The words flew out}}: {longing}", f"before [h] could {{stop|think}}, it was said: {longing}")
    tell.one_of("there was <loud_sound>", "the air ~{smell|taste} of {matches|cinnamon|thunder}", "{there was a flash|everything turned <colour> for a moment}", f"the {stage.feature()} {{~shake|~glow|~hum|~sneeze|~turn <colour>}}", "a smell of <fruit> ~fill the air, and a <household> ~begin to {ring|dance|whistle}", "three <animals_dream> ~run by, a <instrument> ~play by itself, and then it was still")
    stage.turn()
    tell.one_of("at first it was {wonderful|great fun|better than {a birthday|<sweet>|<game>}}", "how [h] laughed!", "[h] could hardly believe it", "the <job> dropped a <household>, and the <job> fell off a {ladder|bicycle|chair}", "[h] showed it to {the <pet>|the <job>|everyone}, who said {nothing|'Oh'|only one word}", f"how [h] ~enjoy it, {{for an hour|until lunch|for a whole day}}!")
    stage.feel("h", "happy")
    for part in trouble:
        tell.say(part)
    incident(stage)
    stage.feel("h", stage.rng.choice(("afraid", "lonely", "sad")))
    stage.turn()
    tell.act("h", f"~{{run|go|hurry}} back to [p]", f"~{{look|call}} {{everywhere|for a long time}} until [m] ~{{appear|answer|come out}}")
    tell.quote("h", f"{{Please make it as it was|I want it all back as before|I was wrong}}! {undo}", "sad")
    tell.one_of(f"\"{{I thought so|They all come back|That one is free of charge|Well, well}},\" said [m.n]", f"[m] ~{{nod|sigh|grin}} {{and ~blow on its hands|and ~wink|}}")
    tell.one_of("{then|and} everything was as it had always been", "when [h] opened [h.s] eyes, {there was nothing but <small_creature>|the world was right again}", "<loud_sound>, and it was over")
    stage.feel("h", "happy")
    stage.close("moral_wish")


def _longing(stage: Stage) -> tuple[str, tuple[str, str], str]:
    who = stage.being("h").pronoun
    sweet = stage.x("<sweet>")
    options = (
        ("to be as big as a {house|tree|church tower}", ("the {door|roof|bed} was much too small", "{friends|mice and children} ran away, and no {<single_garment>} would fit"), "I want to be small again"),
        ("to be as small as a {thimble|bean|beetle}", ("the cat ~{look|stare} very strangely", "{a drop of rain|one raindrop} nearly ~drown [h.o], and the grass was a jungle"), "I want to be my own size"),
        (f"that everything {{{who}|[h]}} touched would turn into {sweet}", (f"the {{bread|supper|bed|pillow}} {{turned|changed}} into {sweet}", f"even the dog's nose was {sweet} now, and [h] never wanted to see {sweet} again"), f"No more {sweet}"),
        ("to understand what animals say", ("the {hens|sparrows|geese} talked all night and only about {corn|the weather|each other}", "the {flies|fleas|neighbour's dog} knew {rude songs|no secrets worth knowing}, and nobody would be quiet"), "I want some quiet"),
        ("never to {go to bed|go to school|wash} again", ("{after two days|soon} [h.s] {eyes hurt|feet were black|head was empty}", "all the others were {asleep|away|far from [h.o]}, and the hours ~grow as long as {trains|winters}"), "I will go gladly now"),
        ("to be able to fly", ("the wind did as it liked, and up there it was {cold|icy} without a <single_garment>", "the {crows|geese|gulls} asked for a ticket, and how did one come down?"), "I want the ground under me"),
        ("that all grown-ups were children and all children <job>s".replace("<job>s", "grown-ups"), ("the <job> cried for {milk|his teddy|a biscuit}, and the <job> would not get off the swing", "somebody had to {bake the bread|drive the <vehicle>|cook|go to work}, and there were so many {bills|dishes|forms}"), "Let the <job> be a <job> again"),
        ("for a <pet> that could talk", ("it talked {all day|even at night|with its mouth full} about <game>, <fruit> and its <relative>", "it told the <job> about the broken <household>, and the <job> told everybody else"), "Let it be a plain animal again"),
        ("for a mountain of <sweet>", ("the <sweet> blocked the door, and a <vehicle> got stuck in it", "ants came, and wasps, and the <job> with a shovel, and all with a toothache"), "Take it away, all but one bag"),
        ("to win every game of <game>", ("nobody wanted to play <game> any more, and then nobody wanted to play <game> either", "even the <pet> walked away when [h] came with the {board|ball|cards}"), "I want to lose sometimes"),
        ("to be a famous <job>", ("people stood in line with a broken <household> and a sick <pet>, and [h] did not know how to do anything", "the real <job> laughed until the <single_garment> burst"), "I would rather learn it first"),
        ("to be invisible", ("{people|everybody} sat down on [h.m] and shut doors in [h.s] face", "at supper no plate was laid for [h.o], and nobody said good night"), "I want to be seen"),
        ("that it would be {winter|Christmas|a birthday|Sunday} every day", ("after {nine|twenty} days nobody could bear the sight of {cake|candles|presents}", "the {shops|schools|bakers} never opened, and the milk ran out"), "Let it be Monday"),
    )
    longing, trouble, undo = stage.rng.choice(options)
    return stage.x(longing), (stage.x(trouble[0]), stage.x(trouble[1])), stage.x(undo)


def secret(stage: Stage) -> None:
    """A promise not to tell; how hard that is; and why it was right, or when a secret must be told."""
    tell = stage.tell
    stage.hero()
    stage.companion()
    stage.introduce()
    stage.habit("h")
    stage.turn()
    stage.go()
    place = stage.lex.places[stage.here]["noun"][0]
    found = stage.x("{a nest with {four|five} blue eggs|a baby owl|an old box full of letters|a hidden door|a family of hedgehogs|a spring with cold, sweet water|a fox with three cubs|a <colour> <vehicle> under a sheet|a painting behind a curtain|a tortoise that everyone thought was dead|a swarm of fireflies|a den with a <household>, a <household> and a picture of a <vehicle>|a tin with a <small_item> and a letter to a <job>|a <instrument> wrapped in a <single_garment>|a {lame|young|wild} {deer|goose|otter|badger|crane|pony}|a garden of <flower> and <fruit> that nobody looked after|a map of <pretend>|a stray kitten with a hurt paw}")
    spot = stage.spot("bui")
    tell.say(f"<one_day>{{,|}} [f] ~take [h.o] to [p], where they used to {stage.base(stage.does()).replace('[s.s]', 'their')}")
    stage.look_about(1)
    tell.one_of(f"[f] ~lead [h.o] {spot}. There was {found}", f"and there, {spot}, was {found}", f"{spot}, [f] ~{{lift|push aside|point at}} {{a branch|a board|something}}, and [h] ~see {found}")
    tell.quote("f", "{You must not tell anyone|Promise not to tell|It's a secret|Nobody else knows}{. Cross your heart|. Not a soul|}", "soft", to="h")
    tell.reply("h", "{I promise|Not a word|Cross my heart|Never|My lips are sealed}")
    stage.feel("h", stage.rng.choice(("excited", "proud", "surprised")))
    stage.turn()
    stage.grown_up("a")
    tell.one_of("but a secret is {hard to keep|like a frog in the pocket|heavier than a sack of <vegetable>}", "it itched like a {wool jumper|nettle sting}, that secret", "all day long the secret sat on the tip of [h.s] tongue", "[h] nearly told it to the <job>, and the <pet>, and once to a <household>", "when the <job> said {hello|good morning}, [h] nearly said it out loud", "it was there at breakfast beside the <food_snack_short>, and it was there at night")
    tell.quote("a", f"{{What are you smiling about|Where have you been|Why are there cobwebs in your hair|What is going on at {place}}}?", "ask", to="h")
    tell.one_of("[h] {~bite [h.s] tongue|~stuff [h.s] mouth with <food_snack>|~begin to whistle|~talk about <game> very fast|~look at the ceiling}", f"\"{{Nothing|Nowhere|I was only playing <game>}},\" said [h.n]")
    incident(stage)
    if tell.chance(0.5):
        tell.one_of(f"then [h] heard that {place} was to be {{pulled down|sold|cleared|locked up}} {{on Monday|the next day|before winter}}", f"then {{men with axes|a digger|a noisy crowd}} came to {place}")
        stage.feel("h", "afraid")
        tell.one_of(f"[h] went straight to [f.o]", "was this a secret to keep? [h] asked [f.o]")
        tell.quote("h", "{We have to tell|Some secrets have to be told|If we say nothing, it will be lost}!", "say", to="f")
        tell.reply("f", "{You're right|But you promised|I know}. {Let us go together|Tell it, then|We'll do it together}")
        tell.act("g", "~go to [a.o]", f"~tell [a.o] about {found}")
        tell.quote("a", "{I'm glad you told me|You did right|I shall speak to them|Leave that to me}. {Nobody will touch it|We'll put up a fence|That must be saved}")
        tell.one_of(f"{{so|and}} it was saved, and {{a sign|a fence}} was put up: '{{Please be quiet|Do not disturb|Keep out}}!'", "the {men|crowd} {went away|took off their caps}, and everybody {kept quiet|helped}")
        stage.close("moral_honest")
    else:
        tell.one_of("{one week|a month|three days} went by, and [h] {~say nothing|~tell nobody}", "the <job> offered <sweet> for it, and the <job> a ride in a <vehicle>, but [h] {~shake [h.s] head|~say nothing|only ~smile}", "a girl with a <pet> asked three times. [h] ~talk about <fruit> instead", "[h] told it to {nobody but the {well|pillow|moon}|not a living soul}")
        tell.one_of(f"then [f] came: \"{{Today|Now}} {{we may tell|you can come and see}}!\"", f"and when they went back, there was a surprise {spot}")
        tell.quote("f", "{You kept your word|I knew I could trust you|Not one word got out}! {Now you may choose a name|The first turn is yours|You are a real friend}", "glad", to="h")
        stage.feel("h", "proud")
        stage.close("moral_honest")


def bad_weather(stage: Stage) -> None:
    """The weather spoils a plan; what is done instead is better; something found in the meantime is needed when it clears."""
    tell = stage.tell
    stage.hero()
    stage.companion()
    stage.introduce()
    likes(stage, "h")
    stage.go(indoor=False)
    plan, outside = stage.base(stage.does()).replace("[s.s]", "their"), stage.here
    tell.one_of(f"for {{days|a week|weeks}} [h] and [f] had been planning to go to [p] to {plan}", f"[g] wanted to {plan} {{at|in}} [p]".replace("{at|in} [p]", "[p.in]"), f"everything was packed: <food_snack>, a <small_item>, a <tool>. They were going to {plan} [p.in]")
    tell.then("{the great day|Saturday|the morning} ~come", "<weather_bad>")
    tell.quote(stage.rng.choice(("h", "f")), f"<exclaim_bad> {{Now we can't {plan}|Our day is spoilt|It isn't fair}}!", "sad")
    stage.feel("h", stage.rng.choice(("sad", "angry")))
    stage.turn()
    stage.go(stage.rng.choice(("attic", "kitchen", "barn", "bedroom", "workshop", "library")))
    stage.grown_up("a")
    tell.quote("a", "{There is no bad weather, only bad clothes|Then think of something else|You can shout at the sky or you can use your heads|I know somewhere dry}", to="h")
    tell.one_of(f"so [g] <moved_slow> {{up|off|along}} to [p]", "that is how they came to be [p.in]")
    stage.look_about(2)
    feature = stage.feature("bsio")
    tell.quote("f", f"{{Look|I know|What if}}! {{This|The}} {feature} {{could be|is}} <pretend>", "glad")
    tell.reply("h", "{And I'm|Then I am|I want to be} the {captain|cook|ghost|lion|doctor|driver|admiral}{. And you are the crew|. All aboard|}")
    incident(stage, "g")
    incident(stage, "g")
    thing = stage.treasure("t", owner="")
    tell.one_of(f"{stage.spot('biu')} they {{found|discovered}} [t.a] with {thing.detail}", f"[h] ~find [t.a] with {thing.detail} {stage.spot('biu')}")
    use = stage.pick(stage.entry("t")["use"]).replace("[h.s]", "their")
    tell.act("g", use, stage.does().replace("[s.s]", "their"))
    stage.turn()
    tell.one_of("nobody noticed when it {stopped|cleared up}", "{suddenly|then} it was {quiet|bright} outside", "<later_cap>, <weather_fine>")
    stage.go(outside)
    tell.quote("a", f"{{The sun is out|It has stopped}}! {{Don't you want to {plan}|Are you coming out}}?", "shout")
    tell.quote(stage.rng.choice(("h", "f")), "{In a minute|Not now|Is it still today|Tomorrow}! {We are in the middle of the sea|The lion isn't fed yet|We can't stop now|First we have to land}", "shout")
    if tell.chance(0.5):
        tell.one_of(f"only when it was nearly dark did they {plan}, with [t]", f"in the end they took [t] along to {stage.lex.places[outside]['noun'][0]}, and that was best of all")
    stage.feel("g", "happy")
    stage.close("moral_friend")


def bedtime(stage: Stage) -> None:
    """No sleep: every noise is followed to its cause, until the last is a comfort."""
    tell = stage.tell
    stage.hero()
    stage.grown_up("a", kin=True)
    stage.introduce()
    stage.go("bedroom")
    toy = stage.treasure("t", [noun for noun, entry in stage.lex.things.items() if "soft" in entry["made"][0]])
    stage.cherish()
    stage.turn()
    tell.one_of(f"it had been a long day: first <game> with <small_creature>, then <food_snack> at the <job>'s, and at last {stage.rng.choice(('a bath', 'a scolding', 'a quarrel', 'a thunderstorm', 'three stories'))}", "[h] had {cleaned [h.s] teeth|put on the <colour> pyjamas|hung up [h.s] <single_garment>} and {said good night to the <pet>|counted the <fruit> on the wallpaper|drunk some <drink>}", "<supper> lay {heavy|warm} in [h.s] tummy")
    tell.one_of("it was {late|long past bedtime|dark outside}, but [h] could not sleep", "[h] lay in bed with {wide|} open eyes", "\"{Good night|Sleep well|Sweet dreams},\" said [a.n] and ~turn out the {light|lamp}", "[h] had {counted sheep up to {ninety|three hundred}|turned the pillow {five|nine} times}, but sleep did not come")
    for _ in range(stage.rng.choice((2, 3))):
        _noise(stage)
    stage.feel("h", "tired")
    stage.turn()
    worry, comfort = stage.rng.choice((
        ("{I am afraid of tomorrow|What if nobody likes me at the new school?|What if I forget my lines?}", "{Tomorrow will come by itself|You will look for one kind face|If you forget them, make some up}"),
        ("{I was mean to [f.name] today|I broke a promise|I told a fib}", "{You can say sorry in the morning|Then tomorrow has its first task|Tell me, and it will weigh only half}"),
        ("{I dreamed of <pretend>, and nobody was there|I dreamed that the <job> chased me with a <tool>|In my dream the <vehicle> left without me}", "{A dream is a story without a teller|Tell it to me, and then it belongs to both of us|Next time, call me, and I'll come with a <tool>}"),
        ("{The <pet> is ill|<small_creature> died today|My <small_item> is gone for ever}", "{We will bury it under the <tree>|Being sad is the other side of loving|Tomorrow we'll ask the <job>}"),
        ("{I miss the old house|I miss Grandpa|When will the baby come?}", "{So do I|Tell me what you miss most|It will come when it is ready}"),
        ("{Where does the day go|What if the sun forgets to get up|Who looks after the stars}?", "{It goes to the other side of the world, where they need it too|It hasn't missed a day since I was born|They look after each other}"),
    ))
    stage.companion()
    tell.then(f"[a] {{~come in|~open the door|~look in}} {{with a candle|in [a.s] dressing gown|with a cup of <drink>|holding a <household>|on bare feet}}", "[h] {~sit up|~blink|~hide under the quilt|~pretend to snore}") if tell.chance(0.6) else incident(stage)
    tell.quote("a", "{Still awake|Can't you sleep|What keeps you awake|Is it the {wind|moon|dark|<small_creature>} again}?", "ask")
    tell.reply("h", worry)
    tell.act("a", "~{sit|sit down} on the edge of the bed", "~{stroke [h.s] {hair|head|ears}|tuck [t] under [h.s] arm|pull up the quilt|open the curtain a little}")
    tell.quote("a", comfort, "soft")
    tell.one_of(f"then [a] ~{{tell|whisper}} a story about <pretend> and <small_creature> that wanted to be a <job>", f"[a] ~hum the song about {{the moon|a sleepy ship|three bears}}, {{twice|very softly}}", "[a] {knew|remembered} a rhyme about <fruit>, <flower> and a <job> who never slept, and said it {twice|backwards|until [h.s] eyes closed}", "together they counted {the stars in the window|the chimes of the clock|[h.p] toes}")
    tell.one_of(f"[h] ~{{hold|press}} [t] close, and felt {toy.detail.replace('a ', 'the ', 1)}" if toy.detail.startswith("a ") else "[h] ~hold [t] close", f"\"{{Are you asleep|Is it morning yet}}?\" {{whispered|asked}} [a.n]. {{There was no answer|Only a snore came back|[t] had fallen to the floor}}")
    tell.one_of("outside, {the moon ~rise over the roofs|the stars ~come out, one by one|an owl ~fly by|the snow ~begin to fall|a late train ~whistle far away|the frogs ~sing in the ditch|the rain had stopped}", "the noises {went on|were still there}, but {nobody|no one} {listened|heard them} any more", "and the {clock|cat|moon} kept watch")


def _noise(stage: Stage) -> None:
    """A noise in the dark, what it might be, and what it is."""
    tell = stage.tell
    might = stage.x("{a {<colour>|hungry|hairy|one-eyed|wet|very old} {burglar|ghost|witch|wolf|dragon|troll|spider|robber|goblin|vampire|snake|crocodile} " + stage.spot("biu") + "|a giant {chewing|breathing|sharpening|counting|cooking} {<fruit>|bones|his knives|<vegetable>|children}|somebody with {a wooden leg|three heads|cold fingers|a sack|a <tool>}|a <vehicle> full of ghosts|<small_creature>, but as big as a {cow|house|bus}|an angry <job> with a <tool>}")
    tell.one_of("{then|suddenly}, there was <little_sound>", "what was that? <little_sound>!", "<little_sound> came {from below|through the wall|out of the dark}", "[h] heard <little_sound> {by the door|over by the window|right beside the bed}")
    tell.one_of(f"was it {might}?", f"it sounded like {might}", f"[h] was sure that it was {might}", f"{might}, ~think [h]", f"{{surely|perhaps|that could only be}} {might}{{!|?|.}}", f"there are people who have met {might}")
    stage.feel("h", "afraid") if tell.chance(0.6) else tell.act("h", "~pull the quilt over [h.s] {head|ears|nose}")
    cause = stage.x("{<small_creature> with a <small_item>|a <single_garment> that had slipped off its hook|rain in a <household>|somebody next door who could not stop playing the <instrument>|a branch that ~tap on the glass|the tap in the kitchen|<small_creature> that had lost its way|the cat, who wanted {in|out|a sardine}|the wind in the chimney|a {shutter|gate} that nobody had shut|the old pipes|[a] snoring|a <small_item> that had rolled off the shelf|[h.s] own {heart|tummy}|the clock that was about to strike|a late <vehicle> in the street}")
    tell.one_of(f"[h] ~{{creep|tiptoe}} {{to look|out of bed|closer}}. It was only {cause}", f"but it was only {cause}", f"[h] ~{{listen|light the lamp|put one foot on the floor}}: it was {cause}")
