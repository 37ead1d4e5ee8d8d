"""Every closed list of values (contract section 3), in the order in which people read them."""

from typing import Literal, get_args

Segment = Literal["Migration", "Existing", "Cold", "Skip"]
Priority = Literal["P1", "P2", "P3", "P4", "P5", "P6"]
Heat = Literal["Hot", "Warm", "Cold"]
Provider = Literal["M365", "Google", "Yandex", "Zoho", "Amazon", "SendGrid", "Mailgun", "Hosting", "Local", "Unknown"]
RecordState = Literal["present", "absent", "invalid", "unknown"]
ReferralType = Literal["co-sell", "marketplace", "solution-provider", "unclassified"]
ReferralStatus = Literal["new", "active", "won", "lost", "declined", "expired", "unknown"]
Stage = Literal["referred", "scanned", "scored", "in_dynamics", "won", "lost"]
DynamicsStatus = Literal["none", "pending", "running", "synced", "failed", "review", "blocked"]
RunState = Literal["queued", "running", "finishing", "succeeded", "partial", "failed", "cancelled", "skipped"]
RunKind = Literal["referrals", "bulk-push", "pull", "reconcile", "replay", "refresh"]
FailureState = Literal["open", "replayed", "closed"]
TenantSize = Literal["small", "medium", "large"]
CommercialSegment = Literal["GREENFIELD", "COMPETITIVE", "WEAK_PARTNER", "RENEWAL", "LOW_INTENT", "NO_GO"]
CommercialHeat = Literal["HIGH", "MEDIUM", "LOW"]

SEGMENTS: tuple[str, ...] = get_args(Segment)
PRIORITIES: tuple[str, ...] = get_args(Priority)
HEATS: tuple[str, ...] = get_args(Heat)
PROVIDERS: tuple[str, ...] = get_args(Provider)
RECORD_STATES: tuple[str, ...] = get_args(RecordState)
REFERRAL_TYPES: tuple[str, ...] = get_args(ReferralType)
REFERRAL_STATUSES: tuple[str, ...] = get_args(ReferralStatus)
STAGES: tuple[str, ...] = get_args(Stage)
DYNAMICS_STATUSES: tuple[str, ...] = get_args(DynamicsStatus)
RUN_KINDS: tuple[str, ...] = get_args(RunKind)
RUN_STATES: tuple[str, ...] = get_args(RunState)
TENANT_SIZES: tuple[str, ...] = get_args(TenantSize)
COMMERCIAL_SEGMENTS: tuple[str, ...] = get_args(CommercialSegment)
COMMERCIAL_HEATS: tuple[str, ...] = get_args(CommercialHeat)
