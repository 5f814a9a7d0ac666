from strongroom.scan.ruleset.draw import ALPHABETS, Draw


def test_the_same_seed_gives_the_same() -> None:
    assert Draw("a").chars(ALPHABETS["base62"], 40) == Draw("a").chars(ALPHABETS["base62"], 40)
    assert Draw("a").octets(40) == Draw("a").octets(40)


def test_another_seed_and_a_later_draw_give_others() -> None:
    draw = Draw("a")
    texts = {draw.chars(ALPHABETS["hex"], 32), draw.chars(ALPHABETS["hex"], 32)}

    assert len(texts | {Draw("b").chars(ALPHABETS["hex"], 32)}) == 3


def test_a_longer_text_has_every_kind_of_character() -> None:
    for number in range(50):
        text = Draw(str(number)).chars(ALPHABETS["base64url"], 12)
        assert any(c.isdigit() for c in text)
        assert any(c.islower() for c in text)
        assert any(c.isupper() for c in text)
        assert text[0].isalnum()
        assert text[-1].isalnum()


def test_what_cannot_be_mixed_comes_as_it_is() -> None:
    assert Draw("a").chars("-", 20) == "-" * 20
    assert Draw("a").chars("ab", 0) == ""
