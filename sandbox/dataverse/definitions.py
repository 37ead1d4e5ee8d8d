"""What a client may say of a new column or key: the JSON of AttributeMetadata and EntityKeyMetadata, as models."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class _Definition(BaseModel):
    """Unknown members are let through, as the service does with most of them."""

    model_config = ConfigDict(defer_build=True, populate_by_name=True)


class LocalizedLabel(_Definition):
    """A text in one language."""

    label: str = Field("", alias="Label")


class Label(_Definition):
    """A text in every language."""

    labels: list[LocalizedLabel] = Field(default_factory=list, alias="LocalizedLabels")

    def text(self) -> str:
        """The first of its texts."""
        return self.labels[0].label if self.labels else ""


class Option(_Definition):
    """One choice of a new choice column."""

    value: int = Field(alias="Value")
    label: Label = Field(default_factory=Label, alias="Label")


class OptionSet(_Definition):
    """The choices of a new choice column; yes/no columns have other members, which do not matter here."""

    options: list[Option] = Field(default_factory=list, alias="Options")


class Named(_Definition):
    """A value in a wrapper, such as RequiredLevel."""

    value: str = Field("", alias="Value")


class NewColumn(_Definition):
    """AttributeMetadata of any type."""

    kind: str = Field(alias="@odata.type")
    schema_name: str = Field(alias="SchemaName")
    label: Label = Field(default_factory=Label, alias="DisplayName")
    length: int | None = Field(None, alias="MaxLength")
    low: float | None = Field(None, alias="MinValue")
    high: float | None = Field(None, alias="MaxValue")
    precision: int | None = Field(None, alias="Precision", ge=0, le=12)
    behaviour: Named = Field(default_factory=Named, alias="DateTimeBehavior")
    required: Named = Field(default_factory=Named, alias="RequiredLevel")
    option_set: OptionSet = Field(default_factory=OptionSet, alias="OptionSet")


class NewKey(_Definition):
    """EntityKeyMetadata."""

    schema_name: str = Field(alias="SchemaName")
    columns: list[str] = Field(alias="KeyAttributes")
    label: Any = Field(None, alias="DisplayName")
