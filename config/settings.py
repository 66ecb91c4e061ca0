"""Every setting, once: from `GLANE_…` environment variables, else from a `glane.env` file, else these defaults.

The defaults run the whole product on a laptop with no network; each real outside part is one setting away.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

# Requests that may keep a reading open from one step to the next; the others wait their turn without a thread.
READINGS = 16


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="GLANE_", env_file="glane.env", extra="ignore", frozen=True)

    # Where it runs
    environment: Literal["development", "production", "test"] = Field(
        "development", description="Production logs JSON, sends secure cookies and demands a secret key."
    )
    host: str = Field("127.0.0.1", description="Address the web listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port the web listens on.")
    base_url: str = Field("", description="Public address, for links in messages and QR codes; empty: host and port.")
    data_dir: Path = Field(
        Path(".glane"), description="Folder of the embedded database, photos, documents and demo.json."
    )
    database_url: str = Field(
        "", description="`postgresql+psycopg://…` or `sqlite:///…`; empty: SQLite in the data folder."
    )
    threads: int = Field(
        24, ge=READINGS + 4, le=200, description="What a web process does at once; see `connections` for PostgreSQL."
    )
    region: str = Field("pays-de-la-loire", description="Folder of config/regions/ that a newcomer sees first.")
    demo: bool = Field(False, description="Invented people, a clock that can be sped up, and a banner that says so.")

    # Secrets
    secret_key: SecretStr = Field(
        SecretStr("development-only-secret-key-change-me"),
        description="Signs cookies and links. At least 32 characters.",
    )
    address_key: SecretStr = Field(
        SecretStr(""), description="Encrypts protected addresses; empty: derived from the secret key."
    )

    # Logs
    log_format: Literal["auto", "human", "json"] = Field("auto", description="auto: human in development, else JSON.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="The least that is logged.")

    # Outside services
    products: Literal["shelf", "openfoodfacts"] = Field(
        "shelf", description="openfoodfacts: the open register tells what a barcode is; shelf: a few invented products."
    )
    products_url: str = Field("https://world.openfoodfacts.org", description="Address of that register.")
    geocoder: Literal["communes", "ban"] = Field("communes", description="ban: the national address service, by geopy.")
    ban_domain: str = Field("data.geopf.fr/geocodage", description="Host and path of the national address service.")
    travel: Literal["geodesic", "osrm", "valhalla", "embedded"] = Field(
        "geodesic",
        description="Who tells travel times; embedded: a road engine in this process (extra `roads`).",
    )
    travel_url: str = Field("", description="Address of the OSRM or Valhalla service.")
    travel_tiles: Path = Field(
        Path(".glane/roads.tar"), description="Roads of the embedded engine, made by `glane travel build`."
    )
    travel_profiles: Path | None = Field(
        None, description="Speeds learnt by `glane travel fit`, for geodesic travel; empty: those that are shipped."
    )
    tiles: Literal["region", "none"] = Field(
        "region",
        description="What maps stand on; region: the tile service its region.toml names; none: outlines, no request.",
    )
    mail: Literal["folder", "smtp"] = Field("folder", description="folder: messages are written to the data folder.")
    smtp_host: str = Field("localhost", description="Mail server.")
    smtp_port: int = Field(25, ge=1, le=65535, description="Port of the mail server.")
    smtp_user: str = Field("", description="Account at the mail server; empty: none is asked for.")
    smtp_password: SecretStr = Field(SecretStr(""), description="Password of that account.")
    smtp_tls: Literal["none", "starttls", "tls"] = Field(
        "none", description="How the way to the mail server is kept secret."
    )
    mail_from: str = Field("Glane <ne-pas-repondre@glane.example>", description="Sender of every e-mail.")
    sms: Literal["folder", "http"] = Field("folder", description="http: a gateway that takes a POST.")
    sms_url: str = Field("", description="Address of the text message gateway.")
    sms_token: SecretStr = Field(SecretStr(""), description="Key of the gateway.")
    sms_sender: str = Field("Glane", description="Sender shown on phones, where the gateway allows a name.")
    sms_encoding: Literal["json", "form"] = Field("json", description="How the gateway reads a request.")
    sms_body: dict[str, Any] = Field(
        {"to": "{to}", "text": "{text}"},
        description="The gateway's request, as JSON; places: {to} {digits} {text} {sender} {token} {id}.",
    )
    sms_headers: dict[str, str] = Field(
        {"Authorization": "Bearer {token}", "Idempotency-Key": "{id}"},
        description="The gateway's headers, as JSON, with the same places; {id} is the same at each try of a message.",
    )
    sms_in_secret: SecretStr = Field(
        SecretStr(""),
        description="Signs what the gateway brings to /api/v1/texts, 16 characters at least; empty: nobody may answer.",
    )
    sms_in_fields: dict[str, str] = Field(
        {"id": "id", "from": "from", "text": "text"},
        description="What the gateway calls the message's number, its sender and its text, as JSON.",
    )
    push_key: SecretStr = Field(
        SecretStr(""), description="Key of messages to phones, as `glane push keys --print` writes it."
    )
    push_key_file: Path | None = Field(
        None, description="File of that key; empty: push.key in the data folder. Without a key nothing is pushed."
    )
    push_contact: str = Field(
        "", description="Whom a browser's vendor may write to, `mailto:…`; empty: the public address."
    )
    push_hosts: tuple[str, ...] = Field(
        ("fcm.googleapis.com", "push.services.mozilla.com", "push.apple.com", "notify.windows.com"),
        description="The browsers' vendors that messages are pushed through, as JSON; no other address is called.",
    )

    # Planning
    planning_seconds: float = Field(8.0, gt=0, description="Time a plan's search may take.")
    planning_engine: Literal["search", "ortools", "ortools-plain"] = Field(
        "search",
        description="search: ours, compiled; ortools: RoutingModel from a plan by insertion; ortools-plain: by itself.",
    )
    planning_threads: int = Field(2, ge=1, le=64, description="Threads a plan's search runs on.")

    # Simulations
    simulations_file: Path | None = Field(
        None, description="Results of `glane simulate --out` to show; empty: simulations.json in the data folder."
    )

    @model_validator(mode="after")
    def _production_has_its_own_secret(self) -> "Settings":
        key = self.secret_key.get_secret_value()
        if len(key) < 32 or (self.environment == "production" and key.startswith("development-only")):
            raise ValueError("GLANE_SECRET_KEY: set a random value of at least 32 characters")
        return self

    @model_validator(mode="after")
    def _nobody_guesses_what_signs_texts(self) -> "Settings":
        if 0 < len(self.sms_in_secret.get_secret_value()) < 16:
            raise ValueError("GLANE_SMS_IN_SECRET: at least 16 characters")
        if not {"id", "from", "text"} <= set(self.sms_in_fields):
            raise ValueError("GLANE_SMS_IN_FIELDS: name id, from and text")
        return self

    @property
    def database(self) -> str:
        """The database's URL, the embedded one by default."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'glane.db'}"

    @property
    def simulations(self) -> Path:
        """Where the results of the simulator are read from."""
        return self.simulations_file or self.data_dir / "simulations.json"

    @property
    def texts_answered(self) -> bool:
        """Whether the gateway brings answers to text messages here."""
        return bool(self.sms_in_secret.get_secret_value())

    @property
    def push_key_path(self) -> Path:
        """Where the key of messages to phones is, unless the environment says it."""
        return self.push_key_file or self.data_dir / "push.key"

    @property
    def connections(self) -> int:
        """What a web process may open to PostgreSQL: one a thread, one a reading, a few for the live feed, so that none
        waits for a connection that another keeps while it waits for a thread."""
        return self.threads + READINGS + 4

    @property
    def address(self) -> str:
        """The public address of the product, without a slash at the end."""
        return (self.base_url or f"http://{self.host}:{self.port}").rstrip("/")


@lru_cache
def get_settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
