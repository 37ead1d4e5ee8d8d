"""The ways in which the stand-in can be odd without being broken: what the reference calls uncertain or warns of."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Oddities(BaseModel):
    """Changed at `POST /_sandbox/oddities` (any of these fields), shown by GET, reset by DELETE."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    page_size: int = Field(100, ge=1, le=1000)
    link: Literal["documented", "plain", "foreign", "userinfo", "loop"] = Field(
        "documented",
        description="documented: http and /v1.0/referrals; plain: our own address; foreign: another host; "
        "userinfo: our host behind somebody's name; loop: always the first link again",
    )
    refuse_date_filters: bool = Field(False, description="400 to any filter over a date")
    quoted_dates_only: bool = Field(False, description="400 to unquoted dates")
    skiptoken_life: float | None = Field(None, gt=0, description="seconds after which a skip token is refused")
    empty_page: int | None = Field(None, ge=1, description="an empty page with a link stands before this one")
    repeat_last: bool = Field(False, description="each page begins with the last record of the one before")
    list_without_etag: bool = False
    require_mfa: bool = Field(False, description="401 to tokens that carry no MFA")
    clock_offset: float = Field(0, description="seconds by which the Date header is off")
