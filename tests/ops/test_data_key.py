"""Keys of applications in a room: made, used, rotated, published; never shown."""

import base64

import pytest
from cryptography.hazmat.primitives import serialization as s
from cryptography.hazmat.primitives.asymmetric import rsa

from strongroom.errors import InvalidError, NotFoundError, RequestError
from strongroom.gate.changes.secret import AddVersion
from strongroom.gate.changes.secret import Value as Kept
from strongroom.gate.changes.version import Compromise, Retire
from strongroom.generate import draw, keys
from strongroom.keysets import ciphertext, data_keys
from strongroom.model.address import Address
from strongroom.model.principal import Verb
from strongroom.ops import data_key, secret
from strongroom.ops.data_key import CreateRequest
from strongroom.ops.local import Local, done
from strongroom.secret.value import Value

KEY = Address("production", "api/FIELD_KEY")
DATA = b"ada@example.com"


def make(room: Local, address: Address = KEY, kind: data_key.Kind = "aes") -> data_key.KeyMade:
    return data_key.create(room, CreateRequest(address, "Ada", kind))


def test_a_key_is_made_by_the_policys_type_and_as_generated(room: Local) -> None:
    made = make(room)
    assert ("AES-256-GCM", 1, None) == (made.algorithm, made.version, made.public)
    shown = secret.describe(room, KEY)
    assert ("encryption-key", "generated", "Ada") == (
        shown.type,
        shown.versions[0].origin,
        shown.owner,
    )


def test_what_is_encrypted_opens_after_rotations_and_says_its_version(room: Local) -> None:
    make(room)
    texts = [data_key.encrypt(room, KEY, DATA, "c:1")]
    for _ in range(2):
        data_key.rotate(room, KEY)
        texts.append(data_key.encrypt(room, KEY, DATA, "c:1"))
    assert [1, 2, 3] == [ciphertext.parse(text).version for text in texts]
    assert [DATA] * 3 == [data_key.decrypt(room, KEY, text, "c:1") for text in texts]
    with pytest.raises(InvalidError) as caught:
        data_key.decrypt(room, KEY, texts[0], "c:2")
    assert caught.value.code == "ciphertext-refused"


def test_a_version_that_is_numbered_otherwise_is_found_by_its_key(room: Local) -> None:
    """An application that reads its key from elsewhere does not know the room's number."""
    make(room)
    data_key.rotate(room, KEY)
    text = secret.read(room, KEY, version=1).value.only
    assert text is not None
    assert isinstance(text.data, str)
    for version in (0, 2, 77):
        made = ciphertext.encrypt(data_keys.read(text.data, version), DATA)
        assert DATA == data_key.decrypt(room, KEY, made)
    stranger = ciphertext.encrypt(data_keys.read(keys.data_key().value, 1), DATA)
    with pytest.raises(NotFoundError) as caught:
        data_key.decrypt(room, KEY, stranger)
    assert caught.value.code == "ciphertext-key-unknown"


def test_a_retired_version_decrypts_no_more_and_stands_in_the_way_of_no_other(room: Local) -> None:
    make(room)
    text = data_key.encrypt(room, KEY, DATA)
    for _ in range(2):
        data_key.rotate(room, KEY)
    made = secret.read(room, KEY, version=2).value.fields["value"].data
    assert isinstance(made, str)
    misnamed = ciphertext.encrypt(data_keys.read(made, 9), DATA)  # named for no version
    done(room.gate.change(room.caller, Retire(KEY, 1)))
    with pytest.raises(RequestError) as caught:
        data_key.decrypt(room, KEY, text)
    assert caught.value.code == "version-retired"
    assert DATA == data_key.decrypt(room, KEY, misnamed)


def test_a_compromised_version_decrypts_for_who_rotates_only(room: Local) -> None:
    make(room)
    text = data_key.encrypt(room, KEY, DATA)
    data_key.rotate(room, KEY)
    done(room.gate.change(room.caller, Compromise(KEY, 1)))
    with pytest.raises(RequestError) as caught:
        data_key.decrypt(room, KEY, text)
    assert caught.value.code == "version-compromised"
    parsed = ciphertext.parse(text)
    key = data_key.KeySet(room, KEY, Verb.ROTATE).of(parsed)
    assert DATA == ciphertext.opened(key, parsed)


def test_a_data_key_is_unwrapped_again(room: Local) -> None:
    make(room)
    address = Address("production", "api/WRAP")
    for where in (KEY, address):
        if where is address:
            made = make(room, address, "rsa")
            assert made.algorithm == "RSA-OAEP-SHA256"
            assert made.public is not None
            public = s.load_pem_public_key(made.public.encode())
            assert isinstance(public, rsa.RSAPublicKey)
            assert public.key_size == 3072
        fresh = data_key.data_key(room, where, "backup")
        plain = data_key.decrypt(room, where, fresh.wrapped, "backup")
        assert base64.urlsafe_b64decode(fresh.plain) == plain
        assert len(plain) == 32
    with pytest.raises(InvalidError, match="cannot be used"):
        data_key.encrypt(room, address, DATA)


def test_signatures_of_old_versions_verify(room: Local) -> None:
    make(room, KEY, "ed25519")
    old = data_key.sign(room, KEY, DATA, "invoice:9")
    assert data_key.rotate(room, KEY).algorithm == "Ed25519"
    assert 1 == data_key.verify(room, KEY, old, DATA, "invoice:9")
    assert 2 == data_key.verify(room, KEY, data_key.sign(room, KEY, DATA), DATA)
    for signature, data, context in ((old, b"other", "invoice:9"), (old, DATA, "invoice:8")):
        with pytest.raises(InvalidError) as caught:
            data_key.verify(room, KEY, signature, data, context)
        assert caught.value.code == "ciphertext-refused"
    with pytest.raises(InvalidError, match="is a signature"):
        data_key.decrypt(room, KEY, old)
    make(room, Address("production", "api/OTHER"))
    text = data_key.encrypt(room, Address("production", "api/OTHER"), DATA)
    with pytest.raises(InvalidError, match="is no signature"):
        data_key.verify(room, KEY, text, DATA)


def test_public_halves_are_published_and_nothing_private(room: Local) -> None:
    """A pending one is among them before it signs; a retired one is not."""
    make(room, KEY, "ed25519")
    data_key.rotate(room, KEY)
    data_key.rotate(room, KEY)
    fresh = Value.single(keys.ed25519().value).encode()
    kept = Kept(fresh, room.now_us() + 10**12)
    done(room.gate.change(room.caller, AddVersion(KEY, kept, pending=True)))
    done(room.gate.change(room.caller, Retire(KEY, 1)))
    found = data_key.jwks(room, KEY)["keys"]
    assert [3, 4, 2] == [_version_of(room, one["x"]) for one in found]
    for one in found:
        assert set(one) == {"kty", "crv", "x", "kid", "alg", "use"}


def _version_of(room: Local, x: str) -> int:
    for n in (1, 2, 3, 4):
        read = secret.read(room, KEY, version=n, verb=Verb.ROTATE).value.only
        assert read is not None
        assert isinstance(read.data, str)
        private = s.load_pem_private_key(read.data.encode(), None)
        raw = private.public_key().public_bytes(s.Encoding.Raw, s.PublicFormat.Raw)
        if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() == x:
            return n
    raise AssertionError


def test_text_has_no_public_half(room: Local) -> None:
    make(room)
    with pytest.raises(InvalidError) as caught:
        data_key.jwks(room, KEY)
    assert caught.value.code == "jwks-empty"


@pytest.mark.parametrize(
    ("kind", "bits"), [("aes", 128), ("ed25519", 256), ("rsa", 1024), ("rsa", 2048)]
)
def test_sizes_that_are_not_made_are_refused(room: Local, kind: data_key.Kind, bits: int) -> None:
    with pytest.raises(InvalidError) as caught:
        data_key.create(room, CreateRequest(KEY, "Ada", kind, bits))
    assert caught.value.code == "key-bits"


def test_a_secret_that_is_no_key_is_named_as_such(room: Local) -> None:
    request = secret.WriteRequest(KEY, Value.single(""), "jwt-secret-key", "Ada")
    secret.generate_into(room, request, bits=512)
    two = Value.single(draw.octets(20).hex()).composed({"url": "x://{value}"})
    other = Address("development", "api/TWO")
    secret.write(room, secret.WriteRequest(other, two, "database-password", "Ada"))
    for address in (KEY, other):
        for act in (data_key.rotate, data_key.data_key):
            with pytest.raises(InvalidError) as caught:
                act(room, address)
            assert caught.value.code == "data-key-unusable"


def test_who_makes_one_twice_is_told(room: Local) -> None:
    make(room)
    with pytest.raises(RequestError) as caught:
        make(room)
    assert caught.value.code == "secret-exists"
    with pytest.raises(NotFoundError):
        data_key.rotate(room, Address("production", "api/NONE"))
