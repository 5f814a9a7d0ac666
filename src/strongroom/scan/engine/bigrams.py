"""How rare it is that a letter follows another in a word.

A row for each letter before, `.` (a word's edge) first, then a to z; in it a letter
for each letter behind: its bits, `a` for 0, `p` for 15 and more. Made by
scripts/build_bigrams.py from Python's standard library.
"""

from typing import Final

TABLE: Final = """
pefeeeeggdjhffeefjeddggfkij
fmfeeliflfmhdedofndedghihgl
edifhckjjedldiiehoffidmomdj
edlhjdkmefpeehjcjkfhdfjkpin
beijfcjlodkmgkiejlgfhfkmkio
cfjffhfhljnjdgeigideekhifhm
bfmjhgfkmdpogjidileghfnmpip
bgkijckhfeppfifgjpfdhehlpli
cdlkjbkmldpliiidmpgighooojn
iggfggdgpkojeeceglfddmgohpg
cfnjlbmnmhniknldinijkenlnjn
bfljhcjhkeolfkghhkiejglepkm
deijgcdkldpkeliehojeffkjofl
ddfkhcknmfokhfjddpjfhgmmpjp
cekeddgekfnhhkhdhmkedgglnim
ehffeifhnhohfecgepcfeehgjmk
ddkihdjlifpjejjdeldgdfkipfp
dkklhnknljknilgnilffkalklnn
cejggcifmenhigeeipffegiimfp
cglgjcjigemihjjgfliedflimgo
cejhhdimdenmhijehpefgelilfk
hggghdfhofpmdediepcedknoknm
ebkkpbjkjepmlhigjmkklmkjlmm
ddijgdindcnnglfekjdfjlkhjno
ceiciehnjepmgimiepihcllliij
bjihifijkfpohgggdoiedkjgnmk
egkjkbimhcnnghhfnnijjjnlnij
"""
