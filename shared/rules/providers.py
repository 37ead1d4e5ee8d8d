"""MX hosts in; the mail provider, the gateway in front of it and the local hoster's name out."""

_NAMES = {
    "M365": "Microsoft 365",
    "Google": "Google Workspace",
    "Yandex": "Yandex 360",
    "Zoho": "Zoho Mail",
    "Amazon": "Amazon SES",
    "Hosting": "a web hosting package",
    "Local": "a server of its own or a local hoster",
    "Unknown": "an unknown provider",
}


def provider_name(provider: str) -> str:
    """The provider as a sentence names it; what has no name of its own is called as it is."""
    return _NAMES.get(provider, provider)
