"""Every page and every button, for everybody: who comes in, what is another's, what looking and pressing change."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.ground.crawl import LOOKS, Answer, Crawl

EVERYBODY = frozenset({
    "overzicht.index", "aanvraag.index", "aanvraag.send", "aanvraag.received", "aanvraag.confirmed", "aanvraag.of_mail",
    "aanvraag.confirm", "aanvraag.withdraw", "adres.follow", "controle.follow", "toegang.follow",
    "toegang.accept_as_new", "status.alive", "status.ready", "status.figures", "security.login",
    "security.forgot_password", "security.reset_password",
    "security.two_factor_setup_validate", "security.tf_select", "static", "security.static", "bestuur.begin",
    "bestuur.begin_invited", "bestuur.back", "bestuur.show_invited", "bestuur.accept_invited", "api.document",
    "hulp.index", "privacy.index", "privacy.security_txt",
})  # fmt: skip
WHOEVER_IS_IN = frozenset({
    "security.change_password", "security.mf_recovery", "security.mf_recovery_codes", "security.two_factor_rescue",
    "security.two_factor_setup", "security.two_factor_token_validation", "security.verify", "verder.show",
    "hulp.show", "hulp.show_code", "hulp.manual",
})  # fmt: skip
OF_A_SCHOOL = frozenset({
    "adres.index", "adres.change", "adres.show", "adres.confirm", "scholen.switch", "toegang.show", "toegang.accept",
    "bestuur.index", "bestuur.begin_tying", "bestuur.ask", "bestuur.tie", "bestuur.untie",
    "controle.from_mail", "controle.new_mail", "doorgegeven.index", "doorgegeven.advise",
    "toetsen.index", "overzicht.search", "overzicht.record", "overzicht.records_csv", "overzicht.happened_csv",
    "overzicht.ask_wrong", "overzicht.say_wrong",
    "toetsen.rooster", "toetsen.save", "toetsen.norm_groep", "toetsen.file",
    "toetsen.file_template", "toetsen.check_file", "toetsen.save_file",
    "versturen.leveringen", "versturen.leveringen_csv",
    "analyse.index", "analyse.groepen_csv", "analyse.groep", "analyse.spreiding_csv", "analyse.leerlingen_csv",
    "analyse.verloop_csv",
})  # fmt: skip
BEHEERDER = frozenset({
    "overzicht.reopen", "overzicht.bring_back", "overzicht.do_anyway", "versturen.send_now", "versturen.send_again",
    "versturen.score_is_right", "versturen.removed", "versturen.send_all_again",
    "overzicht.merge", "overzicht.do_merge", "overzicht.part",
    "versturen.to_remove_csv", "overzicht.do_part", "overzicht.forget_name", "overzicht.say_right",
    "overzicht.ask_unlink", "overzicht.unlink", "overzicht.link_again", "overzicht.park", "overzicht.reported",
    "overzicht.say_two", "toetsen.norm_school",
})  # fmt: skip
WHILE_PRACTISING = frozenset({"oefenen.begin_anew"})
"""Of who is at the oefenschool, and of nobody else: tests/test_oefenen.py."""
OF_A_MACHINE = frozenset({"api.hand_in", "api.read_in"})
"""With a token of its own and without a form, so that nobody here comes in: tests/blueprints/test_api.py."""
OF_A_BEHEERDER = ("beheerders.", "controle.", "koppeling.", "leerkrachten.", "logboek.", "nazenden.")
OF_KLANTENSERVICE = ("admin.", "ks_")
FILES = frozenset({"ks_bewaring.see"})
"""Names in a file that the trail has as an act of its own."""
_CHANGES = re.compile(r'value="[^"]*"|[0-9]+')
"""Between one page and the next: the token of a form, and the number that was asked for."""


def may_come_in(endpoint: str) -> set[str]:
    """Who comes in. An endpoint that is named nowhere is for nobody, so that a new one must be named."""
    if endpoint in EVERYBODY:
        return {"", "leerkracht", "beheerder", "opener", "clerk"}
    if endpoint in OF_A_MACHINE:
        return {"machine"}
    if endpoint in WHILE_PRACTISING:
        return {"oefenaar"}
    if endpoint.startswith("oefenen."):
        return {"beheerder", "opener", "clerk"}
    if endpoint in WHOEVER_IS_IN:
        return {"leerkracht", "beheerder", "opener", "clerk"}
    if endpoint in OF_A_SCHOOL:
        return {"leerkracht", "beheerder", "opener"}
    if endpoint in BEHEERDER or endpoint.startswith(OF_A_BEHEERDER):
        return {"beheerder", "opener"}
    return {"clerk"} if endpoint.startswith(OF_KLANTENSERVICE) else set()


def test_no_page_has_two_notices_that_say_the_same(crawl: Crawl) -> None:
    twice = []
    for answer in [*crawl.looked, *crawl.pressed]:
        notices = re.findall(r'<div class="melding[^>]*>(.*?)</div>\s*</div>', answer.body, re.DOTALL)
        said = [" ".join(re.sub(r"<[^>]+>", " ", each).split()) for each in notices]
        twice += [(answer.endpoint, text) for text in set(said) if said.count(text) > 1]
    assert twice == []


@pytest.mark.asvs(29)
def test_everybody_comes_in_where_they_may_and_nowhere_else(crawl: Crawl) -> None:
    """A new address must be named above. Who of klantenservice may lead is in tests/admin/test_accounts.py."""
    came_in = {(answer.endpoint, answer.who) for answer in [*crawl.looked, *crawl.pressed] if not answer.is_refused}
    assert {pair for pair in came_in if pair[1] not in may_come_in(pair[0])} == set()
    never = {endpoint for endpoint in crawl.endpoints if not any(endpoint == one for one, _ in came_in)}
    assert {endpoint for endpoint in never if not may_come_in(endpoint)} == set(), "a new address must be named above"
    assert len(came_in) > 180, "the crawl found hardly anything"


@pytest.mark.asvs(30)
def test_what_is_of_another_school_is_not_there(crawl: Crawl) -> None:
    """Not a word differs from what was never there; and none of its buttons changes anything of that school."""
    differ = [
        f"{theirs.method} {theirs.endpoint}: {theirs.status}, {nobodys.status}"
        for theirs, nobodys in crawl.foreign
        if (theirs.status, _text(theirs), theirs.changed) != (nobodys.status, _text(nobodys), nobodys.changed)
    ]
    assert differ == []
    assert Counter(theirs.status for theirs, _ in crawl.foreign)[404] > 35
    assert [(answer.endpoint, answer.changed) for answer in crawl.replayed if answer.changed] == []


def _text(answer: Answer) -> str:
    return _CHANGES.sub("", answer.body.replace(answer.path, ""))


@pytest.mark.asvs(19)
def test_looking_changes_nothing_and_no_button_works_without_its_token(crawl: Crawl) -> None:
    """That somebody saw names is the one thing that looking writes; the test below says when."""
    written = [a for a in crawl.looked if set(a.changed) - ({LOOKS} if a.endpoint in crawl.marked else set())]
    assert [(answer.who, answer.path, answer.changed) for answer in written] == []
    got = [(each.endpoint, each.status, each.changed) for each in crawl.bare]
    assert [each for each in got if each[1:] != (401 if each[0] in OF_A_MACHINE else 400, ())] == []
    assert len(crawl.bare) > 200


def test_who_saw_names_is_written_down_for_exactly_those_pages(crawl: Crawl) -> None:
    """A new page with names needs `@shows_names`, and says with `saw` of how many."""
    shown = [
        answer
        for answer in [*crawl.looked, *crawl.pressed]
        if _shows_people(crawl, answer) and not (answer.endpoint in FILES and "audit" in answer.changed)
    ]
    assert {answer.endpoint for answer in shown} - crawl.marked == set()
    assert {(answer.endpoint, answer.who) for answer in shown if LOOKS not in answer.changed} == set()
    wrote = [answer for answer in [*crawl.looked, *crawl.pressed] if LOOKS in answer.changed]
    assert [(answer.endpoint, answer.who) for answer in wrote if not _shows_people(crawl, answer)] == []
    assert {answer.who for answer in wrote} == {"leerkracht", "beheerder", "clerk"}
    assert [(answer.endpoint, answer.changed) for answer in crawl.shy if answer.changed] == []
    assert sum(answer.status == 503 and answer.body == "" for answer in crawl.shy) > 10


def _shows_people(crawl: Crawl, answer: Answer) -> bool:
    """Whether a page has names that are not the reader's own: of leerlingen, and for klantenservice of anybody."""
    if answer.status not in {200, 422}:
        return False
    names = [*crawl.pupils, *(crawl.people if answer.who == "clerk" else ())]
    return any(re.search(rf"\b{re.escape(name)}\b", answer.body) for name in names)


def test_every_page_has_one_heading_that_says_what_it_is(crawl: Crawl) -> None:
    pages = [a for a in crawl.looked if a.status == 200 and "</html>" in a.body]
    assert {(page.endpoint, page.body.count("<h1")) for page in pages if page.body.count("<h1") != 1} == set()
    assert len({page.endpoint for page in pages}) > 50


@pytest.mark.asvs(31)
def test_klantenservice_sees_no_leerling_and_no_key(crawl: Crawl) -> None:
    """But for the file that the law gives a parent: nobody reads it on a page."""
    pages = [answer for answer in [*crawl.looked, *crawl.pressed] if answer.who == "clerk"]
    files = [page for page in pages if page.header("Content-Disposition").startswith("attachment")]
    lists = {f"ks_{name}.list_csv" for name in ("school", "koppeling", "levering", "nacht", "mail", "audit")}
    assert {file.endpoint for file in files} == {"ks_bewaring.see", "ks_gesprek.month_csv", *lists}
    pages = [page for page in pages if page.endpoint != "ks_bewaring.see"]
    pupils = [one for one in crawl.secrets if "@" not in one and one != "Regenboog"]
    shown = {(page.endpoint, one) for page in pages for one in pupils if re.search(rf"\b{re.escape(one)}\b", page.body)}
    assert shown == set()
    assert sum(page.status == 200 for page in pages) > 25


@pytest.mark.asvs(39)
def test_a_form_changes_what_it_asks_and_nothing_else(crawl: Crawl) -> None:
    """Redirects of a LAS are in tests/uwlr/test_hostile_las.py."""
    assert {(stuffed.endpoint, stuffed.standing) for _, stuffed in crawl.stuffed if stuffed.standing} == set()
    same = [(plain, stuffed) for plain, stuffed in crawl.stuffed if plain.status == stuffed.status]
    assert [
        (stuffed.endpoint, set(stuffed.rights) ^ set(plain.rights))
        for plain, stuffed in same
        if (stuffed.rights, stuffed.changed) != (plain.rights, plain.changed)
    ] == []
    assert [plain.endpoint for plain, stuffed in crawl.stuffed if plain.status != stuffed.status] == []
