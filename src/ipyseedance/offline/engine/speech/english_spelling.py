"""How English is spoken: spelling to phones by rules.

After the letter-to-sound rules of the US Naval Research Laboratory (Elovitz et al., NRL Report 7948, 1976), shortened;
phones are ARPAbet's.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

# A rule is left[letters]right>phones. Marks: _ a word's edge, # vowels, : any consonants, ^ one consonant, . a voiced
# one, + a front vowel, % an ending, & a hissing sound, @ a consonant after which "u" is "oo". The first that fits wins.
_RULES = """
_[are]_>AA.R ^[as]#>EY.S [a]wa>AX [aw]>AO _:[any]>EH.N.IY _[a]_>AX _[a]round>AX _[a]bout>AX _[a]lone>AX [a]_>AX
[ation]>EY.SH.AX.N [a]^+#>EY #:[ally]>AX.L.IY _[al]#>AX.L [again]>AX.G.EH.N #:[age]_>IH.JH [ar]o>AX.R [ar]#>EH.R
[a]^le>EY [a]ste>EY [a]nge>EY _:[a]^+_>EY ^:[a]^+_>EY [a]^+:#>AE [a]^%>EY [arr]>AE.R _:[ar]_>AA.R [ard]_>ER.D [ar]_>ER
[ar]>AA.R [air]>EH.R [ai]>EY [ay]>EY [augh]t>AO [augh]>AE.F [au]>AO #:[al]_>AX.L #:[als]_>AX.L.Z [alk]>AO.K [all]>AO.L
[al]^>AO.L _:[able]>EY.B.AX.L [able]>AX.B.AX.L w[a]t>AO w[a]n>AA [a]>AE
_[be]^#>B.IH [being]>B.IY.IH.NG _[both]_>B.OW.TH _[bus]y>B.IH.Z [buil]>B.IH.L m[b]_> [b]>B
_[ch]^>K ^e[ch]>K
[tch]>CH
[ch]>CH _s[ci]#>S.AY [ci]a>SH [ci]o>SH [ci]en>SH [c]+>S [ck]>K [com]%>K.AH.M [c]>K
#:[ded]_>D.IH.D .e[d]_>D #:^e[d]_>T _[de]^#>D.IH _[do]_>D.UW _[does]>D.AH.Z _[done]_>D.AH.N _[dow]>D.AW [dge]>JH
[du]a>JH.UW [d]>D
#:[e]_> _:[e]_>IY #[ed]_>D #:[e]d_> #:[e]ly> [ev]er>EH.V [e]very>EH [eri]#>IY.R.IY [eri]>EH.R.IH [ere]_>IH.R #:[er]#>ER
[er]#>EH.R [er]>ER _[even]>IY.V.AX.N #:[e]w> @[ew]>UW [ew]>Y.UW [e]o>IY #:&[es]_>IH.Z #:[e]s_> #:[ement]>M.AX.N.T
[eful]>F.UH.L [ee]>IY [earn]>ER.N _[ear]^>ER [earch]>ER.CH h[ear]t>AA.R [ear]>IH.R [ead]>EH.D #:[ea]_>IY.AX [ea]su>EH
[eath]_>EH.TH [ea]ther>EH [ea]>IY [eigh]>EY [ei]>IY _[eye]>AY [ey]_>IY [ey]>EY [eu]>Y.UW #:[en]_>AX.N #:[ent]_>AX.N.T
#:[ence]>AX.N.S #:[el]_>AX.L [e]^%>IY [e]>EH
[ful]>F.UH.L [f]>F
[giv]>G.IH.V _[g]i^>G [ge]t>G.EH su[gges]>G.JH.EH.S [gg]>G _b#[g]>G [g]+>JH [great]>G.R.EY.T _[gh]>G #[gh]> _[gn]>N
[g]>G
_[hav]>HH.AE.V _[here]>HH.IH.R _[hour]>AW.ER [how]>HH.AW [h]#>HH [h]>
_[in]>IH.N _[i]_>AY [in]d>AY.N [ier]>IY.ER #:r[ied]>IY.D [ied]_>AY.D [ien]>IY.EH.N [ie]t>AY.EH [ie]nd>EH [ine]_>AY.N
[ile]_>AY.L _:[i]%>AY [i]%>IY [ie]_>AY [ie]>IY [ion]_>Y.AX.N [i]^+:#>IH [ir]#>AY.R [iz]%>AY.Z [is]%>AY.Z [i]d%>AY
+^[i]^+>IH [i]t%>AY #:^[i]^+>IH [i]^+>AY [ir]>ER [igh]>AY [ild]>AY.L.D [ign]_>AY.N [ign]^>AY.N [ique]>IY.K [i]>IH
[j]>JH
_[k]n> [k]>K
[lo]c#>L.OW #:^[le]_>AX.L #:^[l]%>AX.L [lead]>L.IY.D a[l]k> [l]>L
[mov]>M.UW.V [m]>M
e[ng]+>N.JH [ng]r>NG.G [ng]er_>NG.G #[ng]#>NG [ngl]%>NG.G.AX.L [ng]>NG [nk]>NG.K _[now]_>N.AW m[n]_> [n]>N
[of]_>AX.V [orough]>ER.OW #:[or]_>ER [ore]>AO.R [or]>AO.R _[one]>W.AH.N [own]_>OW.N _[ow]>AW ^[ow]_>OW [ow]n>AW
[ow]er>AW [ow]>OW _[over]>OW.V.ER [ov]e>AH.V [o]^%>OW [o]^en>OW [o]^i#>OW [old]>OW.L.D [ought]>AO.T thr[ough]>UW
th[ough]_>OW en[ough]>AH.F [ough]>AO _[ou]r>AW _[ou]>AW h[ou]s#>AW [ous]>AX.S [our]>AO.R [ould]>UH.D y[ou]ng>AH
c[ou]ntry>AH tr[ou]b>AH y[ou]>UW [oup]>UW.P [ou]>AW [oy]>OY [oing]>OW.IH.NG [oi]>OY [oor]>AO.R [ook]>UH.K g[ood]>UH.D
[oo]>UW [oe]_>OW [o]e>OW _t[o]_>UW [o]_>OW [oa]>OW _[only]>OW.N.L.IY _[once]>W.AH.N.S [on't]>OW.N.T c[o]n>AA [o]ng>AO
m[o]n>AH _s[o]n_>AH #:[on]_>AX.N [o]st_>OW [other]>AH.DH.ER m[o]ther>AH [oss]_>AO.S #:^[om]>AX.M c[om]e>AH.M [olk]>OW.K
w[o]m>UH [o]>AA
[ph]>F [peop]>P.IY.P [pow]>P.AW [put]_>P.UH.T _[p]s> [p]>P
[quar]>K.W.AO.R [qu]>K.W [q]>K
_[re]^#>R.IH [rh]>R [r]>R
[sh]>SH [ssion]>SH.AX.N #[sion]>ZH.AX.N ^[sion]>SH.AX.N [some]>S.AH.M #[sur]#>ZH.ER [sure]>SH.UH.R #[su]#>ZH.UW
#[sed]_>Z.D #[s]#>Z [said]>S.EH.D .[s]_>Z #:.e[s]_>Z #:^##[s]_>Z #:^#[s]_>S u[s]_>S _:#[s]_>Z _[sch]>S.K [sc]+>S
#[sm]>Z.M [st]le>S [st]en>S [s]>S
_[the]_>DH.AX _[to]_>T.UW _[to]day>T.AX _[to]night>T.AX _[to]morrow>T.AX [that]_>DH.AE.T _[this]_>DH.IH.S _[th]ey>DH
_[th]er>DH [ther]>DH.ER _[th]eir>DH _[th]an_>DH _[th]em_>DH _[th]ese_>DH _[th]en_>DH _[th]ose>DH _[th]ough>DH [th]>TH
#:[ted]_>T.IH.D s[ti]#n>CH [tion]>SH.AX.N [ti]o>SH [ti]a>SH [tien]>SH.AX.N [ture]>CH.ER [tu]a>CH.UW _[two]>T.UW [t]>T
_[un]i>Y.UW.N _[un]>AH.N _[upon]>AX.P.AO.N @[ur]#>UH.R [ur]#>Y.UH.R [ur]>ER p[u]ll>UH p[u]sh>UH f[u]ll>UH [u]^_>AH
[u]^^>AH [uy]>AY _g[u]#> g[u]%> g[u]#>W [ui]t_>UW #n[u]>Y.UW @[u]>UW [u]>Y.UW
[view]>V.Y.UW [v]>V
_[were]_>W.ER [wa]s>W.AA [wa]t>W.AO [wa]lk>W.AO [where]>W.EH.R [what]>W.AA.T [whol]>HH.OW.L [who]>HH.UW [wh]>W
[war]>W.AO.R [wor]^>W.ER [wr]>R [w]>W
_[x]>Z [x]>K.S
[young]>Y.AH.NG _[you]>Y.UW _[yes]>Y.EH.S _[y]>Y #:^[y]_>IY #:^[y]i>IY _:[y]_>AY _:[y]#>AY _:[y]^+:#>IH _:[y]^#>AY
[y]>IH
[z]>Z
"""
_MARKS = {
    "_": " ", "#": "[aeiouy]+", ":": "[^aeiouy ']*", "^": "[^aeiouy ']", ".": "[bdvgjlmnrwz]", "+": "[eiy]",
    "%": "(?:er|e|es|ed|ing|ely)", "&": "(?:s|c|g|z|x|j|ch|sh)", "@": "(?:t|s|r|d|l|z|n|j|th|ch|sh)",
}  # fmt: skip
# Words that no rule can know.
_WORDS = """
the>DH.AX a>AX an>AE.N i>AY i'm>AY.M you>Y.UW we>W.IY he>HH.IY she>SH.IY me>M.IY my>M.AY your>Y.AO.R our>AW.ER
was>W.AA.Z is>IH.Z has>HH.AE.Z his>HH.IH.Z as>AE.Z have>HH.AE.V been>B.IH.N of>AH.V do>D.UW don't>D.OW.N.T
won't>W.OW.N.T says>S.EH.Z love>L.AH.V live>L.IH.V give>G.IH.V come>K.AH.M some>S.AH.M done>D.AH.N gone>G.AO.N
none>N.AH.N friend>F.R.EH.N.D hello>HH.AX.L.OW goodbye>G.UH.D.B.AY people>P.IY.P.AX.L water>W.AO.T.ER world>W.ER.L.D
word>W.ER.D good>G.UH.D very>V.EH.R.IY every>EH.V.R.IY ever>EH.V.ER never>N.EH.V.ER because>B.IH.K.AH.Z
together>T.AX.G.EH.DH.ER against>AX.G.EH.N.S.T who>HH.UW whose>HH.UW.Z why>W.AY eye>AY eyes>AY.Z use>Y.UW.Z move>M.UW.V
blood>B.L.AH.D great>G.R.EY.T break>B.R.EY.K heart>HH.AA.R.T listen>L.IH.S.AX.N beautiful>B.Y.UW.T.AX.F.AX.L
tomorrow>T.AX.M.AA.R.OW sorry>S.AA.R.IY okay>OW.K.EY ocean>OW.SH.AX.N river>R.IH.V.ER city>S.IH.T.IY money>M.AH.N.IY
ready>R.EH.D.IY nothing>N.AH.TH.IH.NG anything>EH.N.IY.TH.IH.NG something>S.AH.M.TH.IH.NG woman>W.UH.M.AX.N
women>W.IH.M.AX.N minute>M.IH.N.AX.T again>AX.G.EH.N said>S.EH.D son>S.AH.N two>T.UW four>F.AO.R eight>EY.T here>HH.IH.R
there>DH.EH.R where>W.EH.R were>W.ER their>DH.EH.R they're>DH.EH.R you're>Y.AO.R we're>W.IH.R it's>IH.T.S
that's>DH.AE.T.S what's>W.AH.T.S let's>L.EH.T.S can't>K.AE.N.T didn't>D.IH.D.AX.N.T isn't>IH.Z.AX.N.T mr>M.IH.S.T.ER
mrs>M.IH.S.IH.Z dr>D.AA.K.T.ER ok>OW.K.EY home>HH.OW.M lose>L.UW.Z real>R.IY.L idea>AY.D.IY.AX
zero>Z.IH.R.OW seven>S.EH.V.AX.N
"""


class _Rule(NamedTuple):
    left: re.Pattern[str]
    letters: str
    right: re.Pattern[str]
    phones: tuple[str, ...]


def english(word: str) -> tuple[str, ...]:
    """The phones of one word of lower-case letters a to z and apostrophes."""
    if (known := _words().get(word)) is not None:
        return known
    text, at, spoken = f" {word} ", 1, list[str]()
    while at < len(text) - 1:
        letter = text[at]
        rule = None
        if letter != text[at - 1] or letter in "aeiouycg":  # of a doubled consonant one is heard
            rule = next((r for r in _rules().get(letter, ()) if _fits(r, text, at)), None)
        spoken += rule.phones if rule else ()
        at += len(rule.letters) if rule else 1
    return tuple(spoken)


def _fits(rule: _Rule, text: str, at: int) -> bool:
    end = at + len(rule.letters)
    return (
        text.startswith(rule.letters, at)
        and rule.right.match(text, end) is not None
        and rule.left.search(text[:at]) is not None
    )


@cache
def _rules() -> dict[str, list[_Rule]]:
    """By first letter, in order."""
    found: dict[str, list[_Rule]] = {}
    for row in _RULES.split():
        rule, phones = row.split(">")
        left, rest = rule.split("[")
        letters, right = rest.split("]")
        made = _Rule(
            re.compile(_pattern(left) + r"\Z"),
            letters,
            re.compile(_pattern(right)),
            tuple(phones.split(".") * (phones != "")),
        )
        found.setdefault(letters[0], []).append(made)
    return found


@cache
def _words() -> dict[str, tuple[str, ...]]:
    rows = (row.split(">") for row in _WORDS.split())
    return {word: tuple(phones.split(".")) for word, phones in rows}


def _pattern(marks: str) -> str:
    return "".join(_MARKS.get(mark, re.escape(mark)) for mark in marks)
