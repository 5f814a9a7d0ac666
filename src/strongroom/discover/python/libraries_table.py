"""Libraries that read the environment themselves: what is needed is named nowhere in the code.

Each row: the calls, by their full names; the names that are read; the arguments that, when one
is given, stand in their place. Only names that the libraries' own documents give.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Library:
    """What a call reads when none of `unless` is given, by keyword or as the first argument."""

    calls: tuple[str, ...]
    names: tuple[str, ...]
    unless: tuple[str, ...] = ()
    first: bool = False  # the first positional argument stands in its place too


LIBRARIES: Final = (
    Library(
        ("boto3.client", "boto3.resource", "boto3.Session", "boto3.session.Session", "aioboto3.Session"),
        ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
        ("aws_access_key_id", "aws_secret_access_key", "profile_name"),
    ),
    Library(
        (
            "google.auth.default", "google.cloud.storage.Client", "google.cloud.bigquery.Client",
            "google.cloud.pubsub_v1.PublisherClient", "google.cloud.pubsub_v1.SubscriberClient",
            "google.cloud.secretmanager.SecretManagerServiceClient", "google.cloud.firestore.Client",
            "google.cloud.tasks_v2.CloudTasksClient", "google.cloud.logging.Client",
            "google.cloud.vision.ImageAnnotatorClient", "google.cloud.translate_v2.Client",
            "firebase_admin.initialize_app",
        ),
        ("GOOGLE_APPLICATION_CREDENTIALS",),
        ("credentials",),
        first=True,
    ),
    Library(
        ("psycopg.connect", "psycopg2.connect", "psycopg.AsyncConnection.connect", "psycopg.Connection.connect"),
        ("PGUSER", "PGPASSWORD"),
        ("password", "conninfo", "dsn", "service", "passfile"),
        first=True,
    ),
    Library(("asyncpg.connect", "asyncpg.create_pool"), ("PGUSER", "PGPASSWORD"), ("password", "dsn", "passfile"), first=True),
    Library(("sentry_sdk.init",), ("SENTRY_DSN",), ("dsn",), first=True),
    Library(("celery.Celery",), ("CELERY_BROKER_URL",), ("broker", "broker_url")),
    Library(
        (
            "opentelemetry.exporter.otlp.proto.http.trace_exporter.OTLPSpanExporter",
            "opentelemetry.exporter.otlp.proto.grpc.trace_exporter.OTLPSpanExporter",
            "opentelemetry.exporter.otlp.proto.http.metric_exporter.OTLPMetricExporter",
            "opentelemetry.exporter.otlp.proto.grpc.metric_exporter.OTLPMetricExporter",
            "opentelemetry.exporter.otlp.proto.http._log_exporter.OTLPLogExporter",
            "opentelemetry.exporter.otlp.proto.grpc._log_exporter.OTLPLogExporter",
        ),
        ("OTEL_EXPORTER_OTLP_HEADERS",),
        ("headers",),
    ),
    Library(("openai.OpenAI", "openai.AsyncOpenAI"), ("OPENAI_API_KEY",), ("api_key",)),
    Library(("openai.AzureOpenAI", "openai.AsyncAzureOpenAI"), ("AZURE_OPENAI_API_KEY",), ("api_key", "azure_ad_token", "azure_ad_token_provider")),
    Library(("langchain_openai.ChatOpenAI", "langchain_openai.OpenAIEmbeddings", "langchain_openai.OpenAI"), ("OPENAI_API_KEY",), ("api_key", "openai_api_key")),
    Library(("anthropic.Anthropic", "anthropic.AsyncAnthropic"), ("ANTHROPIC_API_KEY",), ("api_key", "auth_token")),
    Library(("langchain_anthropic.ChatAnthropic",), ("ANTHROPIC_API_KEY",), ("api_key", "anthropic_api_key")),
    Library(("cohere.Client", "cohere.ClientV2", "cohere.AsyncClient"), ("CO_API_KEY",), ("api_key",), first=True),
    Library(("groq.Groq", "groq.AsyncGroq"), ("GROQ_API_KEY",), ("api_key",)),
    Library(("google.genai.Client",), ("GEMINI_API_KEY",), ("api_key", "credentials", "vertexai")),
    Library(("replicate.run", "replicate.Client"), ("REPLICATE_API_TOKEN",), ("api_token",)),
    Library(("pinecone.Pinecone",), ("PINECONE_API_KEY",), ("api_key",), first=True),
    Library(("huggingface_hub.InferenceClient", "huggingface_hub.HfApi", "huggingface_hub.login"), ("HF_TOKEN",), ("token", "api_key")),
    Library(("wandb.init", "wandb.login"), ("WANDB_API_KEY",), ("key",)),
    Library(("twilio.rest.Client",), ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"), ("username", "password"), first=True),
    Library(("slack_bolt.App", "slack_bolt.async_app.AsyncApp", "slack_bolt.app.async_app.AsyncApp"), ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"), ("token", "signing_secret")),
    Library(("azure.identity.EnvironmentCredential", "azure.identity.DefaultAzureCredential", "azure.identity.aio.DefaultAzureCredential"), ("AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_TENANT_ID")),
    Library(("hvac.Client",), ("VAULT_TOKEN",), ("token", "cert"), first=False),
    Library(("logfire.configure",), ("LOGFIRE_TOKEN",), ("token",)),
    Library(("elasticapm.Client", "elasticapm.contrib.flask.ElasticAPM"), ("ELASTIC_APM_SECRET_TOKEN",), ("secret_token",)),
    Library(("datadog.initialize",), ("DATADOG_API_KEY", "DATADOG_APP_KEY"), ("api_key",)),
    Library(("cloudinary.config",), ("CLOUDINARY_URL",), ("api_secret",)),
    Library(("mlflow.set_tracking_uri",), ("MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD")),
)  # fmt: skip
BY_CALL: Final = {call: library for library in LIBRARIES for call in library.calls}
