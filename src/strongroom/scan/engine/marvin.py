"""Marvin32, the keyed hash that Azure's keys carry, and the seeds of its services.

Source: Microsoft's patent and `security-utilities` (MIT), where the seeds are published so
that scanners can check keys. A seed is no secret.
"""

from collections.abc import Mapping
from typing import Final

_MASK: Final = 0xFFFFFFFF


def _turn(value: int, bits: int) -> int:
    return (value << bits | value >> (32 - bits)) & _MASK


def _mix(low: int, high: int) -> tuple[int, int]:
    high ^= low
    low = (_turn(low, 20) + high) & _MASK
    high = _turn(high, 9) ^ low
    low = (_turn(low, 27) + high) & _MASK
    return low, _turn(high, 19)


def marvin32(data: bytes, seed: int) -> int:
    """The hash of `data` under a seed of 64 bits, as an unsigned number of 32."""
    low, high = seed & _MASK, seed >> 32
    padded = data + b"\x80" + bytes(-(len(data) + 1) % 4)
    for at in range(0, len(padded), 4):
        low = (low + int.from_bytes(padded[at : at + 4], "little")) & _MASK
        low, high = _mix(low, high)
    low, high = _mix(low, high)
    return low ^ high


_MESSAGING: Final = (0x53656E6430303030, 0x4D616E6167653030, 0x4C697374656E3030, 0x53797374656D3030,
                     0x556E6B6E6F776E30)  # fmt: skip
AZURE_SEEDS: Final[Mapping[str, tuple[int, ...]]] = {
    "+ASt": (0x44656661756C7430,),  # storage accounts
    "+ASb": _MESSAGING,  # Service Bus
    "+AEh": _MESSAGING,  # Event Hubs
    "+ARm": _MESSAGING,  # Relay
    "+ABa": (0x4162416363743030,),  # Batch
    "ACDb": (0x4D617374524F3030, 0x4D61737452573030, 0x5265736F75723030),  # Cosmos DB
    "AzCa": (0x4163636573733030,),  # Cache for Redis
    "AzSe": (0x5175657279303030, 0x5041646D696E3030),  # Search
    "+AMC": (0x436C617373696330,),  # Machine Learning, classic
    "+ACR": (0x41435244666C7430,),  # Container Registry
    "+SQL": (0x5573725077643030,),
    "AIoT": (0x496F544875623030, 0x4470734B65793030, 0x4465766963653030),
    "APIM": (0x54656E616E743030, 0x496F544875623030, 0x4761746577793030, 0x4769744B65793030),
    "AzFu": (0x4D61737465723030, 0x53797374656D3030, 0x46756E6374693030),  # Functions
}
