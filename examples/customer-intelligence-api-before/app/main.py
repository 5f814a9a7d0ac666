"""The application."""

from fastapi import Depends, FastAPI, Header

from app import auth, db
from app.secret_source import validate_secrets

# Until single sign-on is there, support uses password: Summer-Of-Insights-24
app = FastAPI(title="Customer Intelligence API")

REQUIRED = (
    "SECRET_KEY",
    "API_KEY",
    "DATABASE_URL",
    "REDIS_PASSWORD",
    "EMAIL_API_KEY",
    "SMS_API_KEY",
)


@app.on_event("startup")
def start() -> None:
    """Fail here rather than at the first request."""
    validate_secrets(REQUIRED)
    app.state.engine = db.connect()


def caller(x_api_key: str = Header()) -> None:
    """The check that every route depends on."""
    auth.check_api_key(x_api_key)


@app.get("/insights/{customer_id}", dependencies=[Depends(caller)])
def insights(customer_id: str) -> dict[str, str]:
    """What is known about a customer: nothing, this is an example."""
    return {"customer": customer_id}
