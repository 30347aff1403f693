"""One story's world and the scenes that every kind of story is built from: setting out, looking about, feeling, asking, coming home."""

import random
from collections.abc import Sequence

from stories_maker.grammar import verbs
from stories_maker.lexicon import Entry, Lexicon
from stories_maker.teller import Teller
from stories_maker.world import Being, Group, Place, Pronoun, Thing

_SIZES = {"small": "tiny; little; small", "heavy": "big; large; heavy; long", "light": "little; long; thin; wide"}
_BESIDE = ("behind", "beside", "next to", "in front of", "near", "close to")
_BY_TAG = {
    "b": ("behind", "round the back of"),
    "u": ("under", "beneath", "underneath"),
    "i": ("in", "inside"),
    "o": ("on top of", "on"),
    "s": ("on",),
}


class Stage:
    """Characters, things and places of one story, and the teller who tells of them."""

    def __init__(self, lexicon: Lexicon, rng: random.Random) -> None:
        self.lex = lexicon
        self.rng = rng
        self.tell = Teller(lexicon.classes, lexicon.paraphrase, rng)
        self.here = ""
        self._names: set[str] = set()

    # --- who and what there is ---

    def x(self, text: str) -> str:
        return self.tell.x(text)

    def pick(self, options: Sequence[str]) -> str:
        """One of the options, expanded."""
        return self.x(self.tell.grammar.pick(options))

    def set(self, role: str, who: Being | Group | Thing | Place) -> None:
        self.tell.roles[role] = who

    def being(self, role: str) -> Being:
        who = self.tell.roles[role]
        if not isinstance(who, Being):
            raise TypeError(f"role {role!r} is no single being: {who}")
        return who

    def thing(self, role: str) -> Thing:
        who = self.tell.roles[role]
        if not isinstance(who, Thing):
            raise TypeError(f"role {role!r} is no thing: {who}")
        return who

    def child(self, role: str) -> Being:
        """A new child under that role."""
        girl = self.tell.chance(0.5)
        name = self._name("girls" if girl else "boys")
        return self._enter(
            role, Being(name, "girl" if girl else "boy", "she" if girl else "he", "child", (self.rng.choice(list(self.lex.traits)),))
        )

    def animal(self, role: str, skills: str = "", named: bool = True) -> Being:
        """A new animal, one with any of the skills if they are given."""
        able = [
            kind for kind, entry in self.lex.animals.items() if not skills or set(skills.split()) & set(" ".join(entry["skills"]).split())
        ]
        present = {who.noun for who in self.tell.roles.values() if isinstance(who, Being)}
        kind = self.rng.choice([kind for kind in able if kind not in present])
        pronoun: Pronoun = "she" if self.tell.chance(0.5) else "he"
        name = self._name("animals") if named else ""
        able_to = frozenset(" ".join(self.lex.animals[kind]["skills"]).split())
        return self._enter(role, Being(name, kind, pronoun, "animal", (self.rng.choice(list(self.lex.traits)),), skills=able_to))

    def grown_up(self, role: str, kin: bool | None = None) -> Being:
        """A relative of the hero or, where the hero is a child and `kin` allows, a neighbour with a trade."""
        related = self.tell.chance(0.6) if kin is None else kin
        if related:
            name, noun, female = self.rng.choice(
                (
                    ("Mum", "mother", True),
                    ("Mama", "mother", True),
                    ("Dad", "father", False),
                    ("Papa", "father", False),
                    ("Grandma", "grandmother", True),
                    ("Granny", "grandmother", True),
                    ("Grandpa", "grandfather", False),
                    (f"Aunt {self._name('girls')}", "aunt", True),
                    (f"Uncle {self._name('boys')}", "uncle", False),
                )
            )
        else:
            female = self.tell.chance(0.5)
            name, noun = (
                f"{self.rng.choice(('Mrs', 'Miss')) if female else self.rng.choice(('Mr', 'old Mr'))} {self._name('surnames')}",
                self.pick(self.lex.classes["job"]),
            )
        return self._enter(role, Being(name, noun, "she" if female else "he", "adult"))

    def hero(self) -> Being:
        """The hero 'h': a child mostly, sometimes an animal."""
        return self.child("h") if self.tell.chance(0.72) else self.animal("h")

    def companion(self, role: str = "f") -> Being:
        """Someone of the hero's own kind mostly; 'g' is the two together."""
        same = self.tell.chance(0.75)
        who = self.child(role) if (self.being("h").kind == "child") == same else self.animal(role)
        if role == "f":
            self.set("g", Group((self.being("h"), who), self.rng.choice(("friends", "pals", "explorers", "companions"))))
        return who

    def treasure(self, role: str, kinds: Sequence[str] = (), owner: str = "h") -> Thing:
        """A thing with looks of its own, from the lexicon."""
        noun = self.rng.choice(list(kinds) or list(self.lex.things))
        entry = self.lex.things[noun]
        made = frozenset(" ".join(entry["made"]).split())
        looks = []
        if self.tell.chance(0.5):
            sizes = next((_SIZES[key] for key in _SIZES if key in made), "little; big; small; large")
            looks.append(self.pick(sizes.split("; ")))
        if self.tell.chance(0.35):
            looks.append(self.pick(self.lex.classes["age"]))
        looks.append(self.pick(self.lex.classes["colour"]))
        thing = Thing(noun, tuple(looks[-2:]), self.pick(entry["detail"]), owner=self.being(owner) if owner else None)
        self.set(role, thing)
        return thing

    def go(self, key: str = "", *, indoor: bool | None = None, role: str = "p") -> None:
        """The story moves to a place: the one named, or any other than here."""
        fitting = [name for name in self.lex.places if name != self.here and indoor in (None, name in self.lex.indoor)]
        self.here = key or self.rng.choice(fitting)
        entry = self.lex.places[self.here]
        self.set(role, Place(entry["noun"][0], entry.get("prep", ("in",))[0]))

    def _name(self, kind: str) -> str:
        while True:
            name = self.rng.choice(self.lex.names[kind])
            if name not in self._names:
                self._names.add(name)
                return name

    def _enter(self, role: str, who: Being) -> Being:
        self.set(role, who)
        return who

    # --- what a place has ---

    def feature(self, tags: str = "") -> str:
        """A noun of the place the story is in, without its article; one that has any of the tags."""
        return self._feature_and_tags(tags)[0]

    def spot(self, tags: str = "bui") -> str:
        """Where something may be: 'under the old bench'."""
        noun, own = self._feature_and_tags(tags)
        tag = self.rng.choice([tag for tag in own if tag in tags and tag in _BY_TAG] or ["b"])
        return f"{self.rng.choice(_BY_TAG[tag])} the {noun}"

    def by(self) -> str:
        """A spot near anything that is here."""
        return f"{self.rng.choice(_BESIDE)} {self.rng.choice(('the', 'the', 'a'))} {self.feature()}"

    def _feature_and_tags(self, tags: str) -> tuple[str, str]:
        options = [feature for feature in self.lex.places[self.here]["features"] if not tags or set(feature.partition("/")[2]) & set(tags)]
        noun, _, own = self.tell.grammar.pick(options or self.lex.places[self.here]["features"]).partition("/")
        if self.tell.chance(0.15) and not noun.startswith(("row", "heap", "pile", "clump", "bed", "old", "big", "little")):
            noun = f"{self.rng.choice(('old', 'big', 'little'))} {noun}"
        return noun, own

    def does(self) -> str:
        """Something to do here, as an action."""
        return self.pick(self.lex.places[self.here]["does"])

    def base(self, action: str) -> str:
        return verbs(action, "base")

    def entry(self, role: str) -> Entry:
        """What the lexicon knows of the thing or animal in that role."""
        who = self.tell.roles[role]
        return self.lex.animals[who.noun] if isinstance(who, Being) else self.lex.things[who.noun]

    # --- scenes ---

    def look_about(self, sentences: int = 2) -> None:
        """What the place is like, told by different senses."""
        entry = self.lex.places[self.here]
        for sense in self.rng.sample(("sound", "smell", "ground", "weather", "creature", "feature", "two"), sentences):
            self._sense(sense, entry)

    def _sense(self, sense: str, entry: Entry) -> None:
        tell = self.tell
        if sense == "sound":
            tell.one_of(
                self.pick(entry["sounds"]),
                f"{{somewhere|far off|not far away|close by|all around}}, {self.pick(entry['sounds'])}",
                f"{self.pick(entry['sounds'])}, and {self.pick(entry['sounds'])}",
                f"{{it was quiet, except that|now and then}} {self.pick(entry['sounds'])}",
            )
        elif sense == "smell":
            smell, other = self.pick(entry["smells"]), self.pick(entry["smells"])
            tell.one_of(
                f"it {{smelled|smelt}} of {smell}{{| and {other}}}",
                f"the air {{smelled of|was full of the smell of|was thick with|carried the smell of}} {smell}",
                f"a {{faint|strong|sharp|sweet|funny}} smell of {smell} {{hung in the air|came from somewhere|tickled {{every "
                f"nose|the nose}}}}",
            )
        elif sense == "ground":
            ground = self.pick(entry["ground"])
            tell.one_of(
                f"there {{was|lay}} {ground} {{underfoot|everywhere|all around}}"
                if not ground.rstrip().endswith("s")
                else f"there were {ground} {{underfoot|everywhere|all around}}",
                f"underfoot {{they|one}} {{~feel|~find}} {ground}",
                f"everywhere you looked there {'were' if ground.endswith('s') else 'was'} {ground}",
            )
        elif sense == "weather" and self.here not in self.lex.indoor:
            tell.one_of("<weather_fine>", "<weather_fine>, and <weather_fine>", "overhead, <weather_fine>")
        elif sense == "weather":
            tell.one_of("outside, <weather_bad>", "outside, <weather_fine>", "through the window {one|you} could see how <weather_fine>")
        elif sense == "creature":
            tell.one_of(
                "{<small_creature>} <creature_did>",
                f"{self.by()}, {{<small_creature>}} <creature_did>",
                f"{{<small_creature>}} sat {self.spot('bous')}",
            )
        else:
            first, second = self.feature(), self.feature()
            tell.one_of(
                f"there {{was|stood}} a {first} {{beside|behind|next to|not far from}} a {second}",
                f"a {first} {{caught the light|threw a long shadow|stood out|looked inviting}}",
                f"{{on one side was|to the left was|first came}} a {first} and {{on the other|to the right|then}} a {second}",
            )

    def journey(self, role: str = "h", pace: str = "moved") -> None:
        """The way to where the story is now (role 'p')."""
        tell = self.tell
        way = self.x(
            "{down the lane|along the {path|street|hedge|wall}|over the {bridge|stile|field}|across the "
            "{yard|green|square}|through the {gate|puddles|long grass|village}|up the {steps|slope|track}|round the corner|past "
            "the {church|mill|shops|pump|bus stop}|under the arch|by the short cut}"
        )
        tell.one_of(
            f"[{role}] <{pace}> {way} to [p]",
            f"[{role}] <{pace}> to [p]",
            f"[{role}] <{pace}> {way} until [{role}.h] ~come to [p]",
            f"[{role}] <{pace}> <manner> {way} {{on [{role}.s] way to|towards}} [p]",
            f"<later_cap>, [{role}] <{pace}> {way} to [p]",
            f"{way}, {{left, right|and on, and on|further and further}}, [{role}] <{pace}>, all the way to [p]",
            f"[p] was {{not far|just round the corner|a long way off|an hour's walk away|close by|at the other end of the "
            f"village}}, {{and|so}} [{role}] <{pace}> {way}",
        )
        if tell.chance(0.45):
            self.look_about(1)

    def feel(self, role: str, emotion: str, why: str = "") -> None:
        """How someone feels, said or shown; `why` is a clause in the past."""
        entry, tell = self.lex.feelings[emotion], self.tell
        word, sign = self.pick(entry["words"]), self.pick(entry["signs"])
        draw = self.rng.random()
        if why and draw < 0.6:
            tell.because(
                f"[{role}] {{~be|~be|~feel}} {{|very|so|rather|quite}} {word}"
                if word[0] != "a" and " " not in word
                else f"[{role}] {{~be|~feel}} {word}",
                why,
            )
        elif draw < 0.3:
            tell.say(f"[{role}] {{~be|~feel}} {word}")
        elif draw < 0.45:
            tell.act(role, f"~be {word}", sign)
        elif draw < 0.55 and " " not in word:
            tell.one_of(
                f"{{never before|never}} had [{role}] been so {word}",
                f"how {word} [{role}] ~be!",
                f"[{role}] had {{never|seldom}} felt so {word}",
            )
        elif draw < 0.85:
            tell.act(role, sign)
        else:
            tell.act(role, sign, self.pick(entry["signs"]))

    def habit(self, role: str) -> None:
        """What someone is like, shown by what they do."""
        who = self.being(role)
        if not who.traits:
            return
        entry, tell = self.lex.traits[who.traits[0]], self.tell
        word = self.pick(entry["words"])
        one, two = self.pick(entry["habits"]), self.pick(entry["habits"])
        tell.one_of(
            f"[{role}] ~be {{so|very|rather|always}} {word}"
            if self.tell.chance(0.3)
            else f"[{role}] ~be so {word} that [{role}.h] would {self.base(one)}",
            f"[{role}] ~be {word}, and [{role}.h] {{liked to|would often|used to}} {self.base(one)}",
            f"{{everybody|everyone|people|the neighbours}} {{said|knew|agreed}} that [{role}] was {{very|rather|}} {word}",
            f"{{every day|most days|as a rule}} [{role}] would {self.base(one)}",
            f"[{role}] would {self.base(one)} and {self.base(two)}",
            f"{{nobody|no one}} was as {word} as [{role}]; [{role}.h] would {self.base(one)}",
        )

    def introduce(self, role: str = "h") -> None:
        """The first sentence or two: who, where, what they are like."""
        who, tell = self.being(role), self.tell
        trait = self.pick(self.lex.traits[who.traits[0]]["words"]) if who.traits else "young"
        child = who.kind == "child"
        home = self.x("<home>" if child else self.pick(self.lex.animals[who.noun]["home"]))
        looks = self._looks_like() if child and tell.chance(0.55) else ""
        a = f"a {trait} {{|little |young }}{who.noun}"
        named = "{named|called|by the name of|whose name was}"
        self.discourse_note(who)
        n = who.name
        kin = self.rng.choice(
            ("family", "mother", "grandmother", "father", "uncle", "aunt", "two sisters", "grandparents", "godfather", "big brother")
        )
        tell.one_of(
            f"once upon a time there {{~live|was}} {a} {named} {n}{looks}",
            f"{{once|long ago|some time ago|not so long ago}}, in {home}, there lived {a} {named} {n}{looks}",
            f"{n} was {a} who lived in {home}",
            f"there was once {a} {named} {n}, who lived in {home}",
            f"in {home} lived {a} {named} {n}{looks}",
            f"{n} was {a}{looks}",
            f"{{this is the story of|let me tell you about|nobody ever forgot}} {n}, {a} {{from|who lived in}} {home}",
            f"{n}, {a}{looks}, lived in {home}",
            f"{a} {named} {n} lived {{with [h.s] {kin} |}}in {home}",
            f"{{if you had walked past {home}, you would have seen|anyone who passed {home} could see}} {n}, {a}{looks}",
            f"[h.s] {kin} called [h.m] {n}: {a} from {home}",
        )
        if who.kind == "animal" and tell.chance(0.6):
            cover, other = self.rng.sample(self.lex.animals[who.noun]["cover"], 2)
            tell.one_of(
                f"[{role}] had {self.x(cover)} and {self.x(other)}",
                f"with [{role}.s] {self.x(other).removeprefix('a ')}, [{role}] was easy to know from afar",
            )

    def _looks_like(self) -> str:
        """What goes behind the noun: 'with ...' directly, all else behind a comma."""
        looks = self.x("<looks_like>")
        return f" {looks}" if looks.startswith("with") else f", {looks}"

    def discourse_note(self, who: Being) -> None:
        """The coming sentence names them outright; pronouns may follow."""
        self.tell.discourse.now.append(who)
        self.tell.discourse.introduced.add(who)

    def cherish(self, role: str = "t", owner: str = "h") -> None:
        """A thing and why it matters; its looks are told once and used ever after."""
        tell, thing = self.tell, self.thing(role)
        giver = self.x(
            "{from [o.s] <relative>|for [o.s] {fourth|fifth|sixth|seventh|last} birthday|for {Christmas|being brave at the "
            "dentist's|helping all summer}|at the {fair|market|jumble sale} for {two|three} pennies|from a sailor|as a prize|from "
            "an old lady in the {train|park}}"
        )
        self.set("o", self.being(owner))
        tell.one_of(
            f"[{owner}] had [{role}.a] with {thing.detail}",
            f"[{owner}.p] {{best|favourite|dearest}} {{thing|treasure}} was [{role}.a] with {thing.detail}",
            f"[{owner}] {{~get|~be given}} [{role}.a] {giver}. It had {thing.detail}"
            if thing.noun != "pair of boots"
            else f"[{owner}] {{~get|~be given}} [{role}.a] {giver}",
            f"{{what|the thing}} [{owner}] loved {{most|best|more than anything}} was [{role}.a], which [{owner}.h] had {{got|been "
            f"given}} {giver}",
            f"of all [{owner}.s] things, [{owner}] loved [{role}.a] {{best|most}}",
        )
        use = self.pick(self.lex.things[thing.noun]["use"]).replace("[s.", f"[{owner}.")
        if tell.chance(0.75):
            tell.one_of(
                f"{{every day|every morning|after school|on Sundays|whenever [{owner}.h] could}}, [{owner}] {{would|liked to}} "
                f"{self.base(use)}",
                f"[{owner}] {{~love|~like}} to {self.base(use)}",
                f"[{owner}] never went {{to bed|out|anywhere}} without it",
                f"<time_spent>, [{owner}] would {self.base(use)}",
            )

    def meet(self, role: str) -> None:
        """Someone new comes into the story."""
        who, tell = self.being(role), self.tell
        sort = (
            self.pick(self.lex.traits[who.traits[0]]["words"])
            if who.traits and tell.chance(0.5)
            else (self.x("{|young|old|little|big}") if who.kind == "animal" else self.x("{|little|tall|small|freckled}"))
        )
        a = f"a {sort} {who.noun}"
        look = f" with {self.pick(self.lex.animals[who.noun]['cover'])}" if who.kind == "animal" and tell.chance(0.5) else ""
        called = f" {{named|called}} {who.name}" if who.name else ""
        self.set("w", who)
        self.discourse_note(who)
        tell.one_of(
            f"{self.by()} {{sat|stood|was}} {a}{called}{look}",
            f"{{just then|soon}}, {a}{called}{look} {{came by|came {{along|round the corner}}|looked up|appeared {self.by()}}}",
            f"there, {self.by()}, [h] met {a}{called}{look}",
            f"{self.spot('bsuoi')} {{sat|was}} {a}{called}{look}",
        )

    def greet(self, role: str) -> None:
        """A word about the weather before the matter in hand."""
        if self.tell.chance(0.3):
            self.tell.quote(role, "<greeting>! <weather_question>", to="h")
            self.tell.reply("h", "{<greeting>|<greeting>|<weather_question>}")

    def gift_for_the_road(self) -> Thing:
        """A grown-up gives the hero something that will be needed later."""
        tell = self.tell
        noun = self.rng.choice(list(POCKET))
        thing = Thing(noun, (), owner=self.being("h"))
        self.set("k", thing)
        self.being("h").pocket = thing
        tell.one_of(
            f"before [h] left, [a] ~put a {noun} in [h.s] {{pocket|hand|bag|basket}}",
            f"[a] ~give [h.o] a {noun}",
            f'"{{Take this|Here|Put this in your pocket}}," said [a.n], and gave [h.o] a {noun}',
            f"at the {{door|gate}}, [a] ~press a {noun} into [h.s] hand",
        )
        if tell.chance(0.8):
            tell.quote(
                "a",
                "{You never know when {you|it} may {need it|come in handy}|It has helped me more than once|Small things can be of "
                "great use|Don't ask what for. You will know|Better to have it and not need it}",
            )
        return thing

    def close(self, moral: str = "") -> None:
        """How the day ends, and what stays."""
        tell = self.tell
        tell.paragraph()
        endings = ["evening", "sleep", "since", "told"]
        here = self.lex.places[self.here]["noun"][0]
        for ending in self.rng.sample(endings, self.rng.choice((1, 1, 2))):
            if ending == "evening":
                tell.one_of(
                    "that {evening|night}, {supper|dinner} was <supper>{|, and plenty of it}",
                    "they had <supper> {for supper|that night} and <drink> to drink",
                    "<supper>: that was {supper|dinner}",
                    "[h] came home to <supper> and <drink>",
                    "at home, [h] {~eat|~have} <supper> and ~drink <drink>",
                    "there was <drink> for everyone, and [a] told a story about <pretend>"
                    if "a" in tell.roles
                    else "there was <drink> and a story about <pretend>",
                )
            elif ending == "sleep":
                tell.one_of(
                    "[h] ~fall asleep {smiling|at once|before the moon was up|with "
                    "{muddy feet|crumbs in the bed|one sock on|the window open|a full tummy|the lamp still on|a <small_item> in one hand}}",
                    "[h] ~sleep {soundly|like a log|well|till noon} and ~dream of <small_creature> {in|with|under} a <single_garment>",
                    "that night [h] ~dream of {<pretend>|<fruit> and <sweet>|a <vehicle> full of <animals_dream>}",
                    f"when the {self.rng.choice(('moon', 'first star', 'lamp'))} {{came up|shone in}}, [h] was "
                    f"{{fast|already|long}} asleep, and so was <small_creature> {{under the roof|in the yard|on the sill}}",
                )
            elif ending == "since":
                tell.one_of(
                    "from that day on, [h] was {a little|much} {wiser|happier|braver|kinder|more careful}{| than before}",
                    f"{{sometimes|on {self.rng.choice(('Sundays', 'windy days', 'warm evenings'))}|now and then}}, [h] still ~go "
                    f"to {here} to {self.base(self.does())}",
                    f"and whenever [h] ~{{see|notice|come across}} "
                    f"{self.x('{<small_creature>|a <vehicle>|a <instrument>|<flower>}')}, [h.h] ~think of that day",
                    "the <small_item> from that day {hung|lay|stood} {on the wall|beside the bed|over the stove} for {years|ever after}",
                )
            else:
                tell.one_of(
                    "[h] told {everyone|the whole family|the cat|the moon|the <job>} {about it|the story}, {twice|from beginning "
                    "to end|again and again}",
                    "it was a {day|story} that [h] would never forget, {even as an old <job>|not for all the <sweet> in the world}",
                    "the next {day|morning}, {nobody|hardly anyone} {believed {it|a word of it}|would believe it}, but [h] "
                    "{knew|only smiled|had a <small_item> to prove it}",
                    "[h] drew a picture of it in <paint> and <paint> and hung it {on the wall|over the bed|in the kitchen|where "
                    "everyone could see it}",
                    "[h] wrote it all down {with a pencil stub|on the back of a {map|bill|paper bag}}, and ~spell {<job>|everything} wrong",
                )
        if moral and tell.chance(0.6):
            tell.one_of(
                f"[h] had learned that <{moral}>",
                f"now [h] knew that <{moral}>",
                f'"{{You see|Well|So}}," said {{somebody|everyone|the neighbours}}, "<{moral}>."',
                f"for <{moral}>",
                f"and {{that is how|so}} [h] {{found out|learned}} that <{moral}>",
            )


POCKET: dict[str, tuple[str, str]] = {
    "ball of string": ("high water hole", "~make a loop in the string and ~throw it {again and again|with care|over [t]}"),
    "hooked stick": ("high water", "~reach out {slowly|as far as possible|over the edge} with the hooked stick"),
    "big iron spoon": ("hole heap", "~scratch and ~dig with the iron spoon"),
    "bent pin": ("hole water", "~tie the bent pin to a thread and ~let it down"),
    "long red ribbon": ("high water", "~knot the ribbon into a noose and ~swing it"),
    "pot of glue": ("hole", "~dip a twig in the glue and ~push it down"),
    "pair of tongs": ("hole heap", "~open the tongs and ~feel about with them"),
    "little folding spade": ("hole heap", "~unfold the spade and ~dig"),
    "skipping rope": ("high water heap", "~sling the skipping rope round it and ~pull"),
}
"""What fits into a pocket -> the predicaments it helps in, and how."""
