"""`strongroom access`: who may do what, and why."""

from typing import Annotated

from cyclopts import App, Parameter
from rich.text import Text

from strongroom.access.explain import Explanation
from strongroom.access.facts import Allow, Decision, NeedsApproval
from strongroom.cli import render
from strongroom.cli.room import Json, RoomFolder, opened
from strongroom.model.address import Address
from strongroom.ops import access as ops
from strongroom.ops import people

app = App(name="access", help="Principals, grants, and why somebody may or may not.")

Many = Annotated[list[str] | None, Parameter(negative="", consume_multiple=True)]


@app.command
def add(
    name: str,
    *,
    role: Many = None,
    environment: str | None = None,
    path: Many = None,
    room: RoomFolder = None,
) -> int:
    """Make a person known to the room, or a workload bound to one environment.

    Parameters
    ----------
    name
        The user's name on this machine (uid-NUMBER when it has capitals), or the workload's.
    role
        A role of the policy; may be given several times.
    environment
        Makes it a workload: the one environment that it is bound to.
    path
        The paths that a workload is bound to, such as api/KEY or api/*; by default all.
    """
    with opened(room) as local:
        who = ops.add(
            local, ops.PrincipalRequest(name, tuple(role or ()), environment, tuple(path or ()))
        )
    render.out().print(render.safe(f"{who.kind} {who.name} is known to the room"))
    return 0


@app.command
def disable(name: str, *, room: RoomFolder = None) -> int:
    """End everything that a principal may do, at once.

    Parameters
    ----------
    name
        The principal's name.
    """
    with opened(room) as local:
        ops.disable(local, name)
    render.out().print(render.safe(f"{name} may do nothing any more"))
    return 0


@app.command
def grant(
    *,
    verb: Many = None,
    principal: str | None = None,
    role: str | None = None,
    environment: str = "*",
    path: str = "*",
    deny: bool = False,
    days: int | None = None,
    reason_required: bool = False,
    approvals: int = 0,
    uses: int | None = None,
    source: Many = None,
    why: str = "",
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Let a principal or a role do something, or deny it. A denial beats every permission.

    Parameters
    ----------
    verb
        metadata read write rotate destroy export share contain approve administer audit
    principal
        The name of a principal; or name a role.
    role
        A role of the policy; or name a principal.
    environment
        The id of an environment, or * for all.
    path
        A path, a prefix such as api/*, or *.
    deny
        Deny it instead.
    days
        End after so many days; without it, only a revocation ends it.
    reason_required
        Only with a reason.
    approvals
        Only with the agreement of so many others.
    uses
        Only so many times.
    source
        Only from this network, such as 10.0.0.0/8; may be given several times.
    why
        Why you grant it; stands beside the grant.
    """
    request = ops.GrantRequest(
        tuple(verb or ()), environment, path, principal, role, deny, days,
        reason_required, approvals, uses, tuple(source or ()), why,
    )  # fmt: skip
    with opened(room) as local:
        made = ops.grant(local, request)
    if json:
        render.json({"id": made.id.hex(), "effect": made.effect})
    else:
        render.out().print(f"{made.effect} grant {made.id.hex()}")
    return 0


@app.command
def revoke(grant_id: str, *, room: RoomFolder = None) -> int:
    """End a grant, or lift a denial; no read that begins afterwards is served by it.

    Parameters
    ----------
    grant_id
        The grant's id, or six or more characters of its beginning.
    """
    with opened(room) as local:
        ended = ops.revoke(local, grant_id)
    render.out().print(f"grant {ended} is revoked")
    return 0


@app.command(name="list")
def list_(*, room: RoomFolder = None, json: Json = False) -> int:
    """List principals and grants."""
    with opened(room) as local:
        known, grants = people.people(local), people.rules(local)
    if json:
        render.json({"principals": known, "grants": grants})
        return 0
    console = render.out()
    table = render.table("principal", "kind", "roles", "bound to", "")
    for p in known:
        roles, bound = ", ".join(p.roles) or "-", ", ".join(p.bound) or "-"
        row = (p.name, p.kind, roles, bound, "disabled" if p.disabled else "")
        table.add_row(*map(render.cell, row))
    console.print(table)
    table = render.table("grant", "effect", "to", "verbs", "where", "until", "state")
    for g in grants:
        until = render.day(g.until_us) if g.until_us is not None else "-"
        cells = (g.id[:12], g.effect, g.to, g.verbs, g.where, until, g.state)
        table.add_row(*map(render.cell, cells))
    console.print(table)
    return 0


@app.command
def matrix(*, room: RoomFolder = None, json: Json = False) -> int:
    """Show the access matrix of the policy in force."""
    with opened(room) as local:
        found, places = ops.matrix(local), [e.name for e in local.policy.environments]
    if json:
        render.json(found)
        return 0
    table = render.table("role", *places)
    for role in found.roles:
        row = found.matrix[role]
        table.add_row(
            render.cell(role),
            *(render.cell("yes", "green") if row[p] else render.cell("no", "red") for p in places),
        )
    render.out().print(table)
    return 0


@app.command
def why(
    verb: str,
    address: str,
    *,
    principal: str | None = None,
    room: RoomFolder = None,
    json: Json = False,
) -> int:
    """Say why you, or somebody else, may or may not do something; exit 1 when not.

    Parameters
    ----------
    verb
        metadata read write rotate destroy export share contain approve administer audit
    address
        environment/path
    principal
        Somebody else; to ask about others one must be an administrator.
    """
    where = Address.parse(address)
    with opened(room) as local:
        found = ops.why(local, verb, where, principal=principal)
        who = principal or local.user
    allowed, answer = _answer(found.decision)
    if json:
        render.json(
            {
                "principal": who,
                "verb": verb,
                "address": address,
                "allowed": allowed,
                "answer": answer,
                "considered": [
                    {"rule": str(c.rule), "effect": c.effect, "standing": c.standing}
                    for c in found.considered
                ],
            }
        )
    else:
        _explain(found, who, verb, address)
    return 0 if allowed else 1


@app.command(name="who")
def who_(verb: str, address: str, *, room: RoomFolder = None, json: Json = False) -> int:
    """Say who may do something now.

    Parameters
    ----------
    verb
        metadata read write rotate destroy export share contain approve administer audit
    address
        environment/path
    """
    where = Address.parse(address)
    with opened(room) as local:
        holders = ops.who(local, verb, where)
    if json:
        render.json([{"name": h.principal.name, "answer": _answer(h.decision)[1]} for h in holders])
        return 0
    table = render.table("principal", "")
    for h in holders:
        table.add_row(render.cell(h.principal.name), render.cell(_answer(h.decision)[1], "dim"))
    render.out().print(table if holders else "nobody")
    return 0


def _answer(decision: Decision) -> tuple[bool, str]:
    match decision:
        case Allow(rule=rule):
            return True, f"allowed by {rule}"
        case NeedsApproval(rule=rule, missing=missing):
            return False, f"{rule} allows it once {missing} more agree"
        case _:
            by = f" by {decision.rule}" if decision.rule else ""
            return False, f"refused: {decision.reason}{by}"


def _explain(found: Explanation, who: str, verb: str, address: str) -> None:
    console = render.out()
    allowed, answer = _answer(found.decision)
    line = Text(render.safe(f"{who} {verb} {address}: "))
    line.append(render.safe(answer), style="green" if allowed else "bold red")
    console.print(line, soft_wrap=True)
    table = render.table("rule considered", "effect", "")
    for c in found.considered:
        table.add_row(render.cell(c.rule), render.cell(c.effect), render.cell(c.standing, "dim"))
    if found.considered:
        console.print(table)
    else:
        console.print("no rule speaks of this principal", style="dim")
