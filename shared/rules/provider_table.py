"""Which host names belong to whom: mail providers, security gateways, local hosters. Data only.

Each name stands for itself and all below it (`google.com` for `aspmx.l.google.com`, not for `google.com.example.tr`).
"""

MAIL_HOSTS: dict[str, str] = {
    "M365": "outlook.com mx.microsoft outlook.office365.com office365.us outlook.office.com partner.outlook.cn",
    "Google": "google.com googlemail.com gmail.com psmtp.com",
    "Yandex": "yandex.ru yandex.net yandex.com yandex.com.tr yandex.kz yandex.by yandex.uz yandex.eu",
    "Zoho": (
        "zoho.com zoho.eu zoho.in zoho.com.au zoho.jp zoho.com.cn zoho.sa zoho.uk zoho.ae zohocloud.ca zohomail.com"
        " zohomail.eu"
    ),
    "Amazon": "amazonses.com amazonaws.com awsapps.com",
    "SendGrid": "sendgrid.net sendgrid.com",
    "Mailgun": "mailgun.org mailgun.com mailgun.net",
    "Hosting": (
        "cpanel.net plesk.com hostgator.com websitewelcome.com godaddy.com secureserver.net bluehost.com"
        " hostinger.com hostinger.com.tr titan.email privateemail.com registrar-servers.com web-hosting.com"
        " dreamhost.com"
        " siteground.net siteground.com a2hosting.com inmotionhosting.com emailsrvr.com ovh.net ionos.com ionos.de"
        " ionos.co.uk ionos.fr ionos.es kundenserver.de 1and1.com rzone.de one.com gandi.net infomaniak.ch"
        " your-server.de"
    ),
}
"""What an MX names, per provider of the contract. Everything else is `Local`."""

GATEWAYS: dict[str, str] = {
    "Proofpoint": "pphosted.com ppe-hosted.com ppops.net gpphosted.com proofpoint.com",
    "Mimecast": "mimecast.com mimecast.co.za mimecast-offshore.com",
    "Barracuda": "barracudanetworks.com barracuda.com cudamail.com cudaops.com",
    "Cisco": "iphmx.com ironport.com",
    "Trend Micro": "trendmicro.com trendmicro.eu trendmicro.co.jp",
    "Sophos": "sophos.com reflexion.net",
    "Forcepoint": "mailcontrol.com forcepoint.com",
    "Hornetsecurity": "hornetsecurity.com antispameurope.com hornet.email",
    "Symantec": "messagelabs.com messagelabs.net",
    "Fortinet": "fortimailcloud.com fortimail.com",
    "SpamExperts": "spamexperts.com spamexperts.net spamexperts.eu antispamcloud.com mailspamprotection.com",
    "N-able": "mtaroutes.com",
    "Libraesva": "libraesva.com esvacloud.com",
    "Vade": "vadesecure.com",
    "Cloudflare": "mx.cloudflare.net mxrecord.io",
    "Check Point": "checkpointcloudsec.com",
    "Trellix": "fireeyecloud.com fireeyegov.com",
    "Zix": "zixmail.net zixworks.com appriver.com arsmtp.com",
    "Bitdefender": "scanscope.net",
    "TitanHQ": "spamtitan.com titanhq.com",
    "MailRoute": "mailroute.net",
    "Mailinblack": "mailinblack.com",
    "Retarus": "retarus.com",
    "SpamHero": "spamhero.com",
}
"""Who filters mail in front of the real provider."""

LOCAL_HOSTERS: dict[str, str] = {
    "TürkHost": "turkhost.com.tr turkhost.com",
    "Natro": "natro.com natrohost.com",
    "Turhost": "turhost.com turhost.com.tr",
    "Superonline": "superonline.net superonline.com",
    "TTNET": "ttnet.com.tr ttnet.net.tr",
    "DNS": "dns.com.tr dns.com",
    "ODTÜ": "metu.edu.tr",
    "Koç Üniversitesi": "ku.edu.tr",
    "İsimtescil": "isimtescil.net isimtescil.com",
    "Pendns": "pendns.net",
    "VIT": "vit.com.tr",
    "Kriweb": "kriweb.com",
    "Bulutino": "bulutino.com",
    "NIC.TR": "nic.tr",
    "Bilkent": "bilkent.edu.tr",
}
"""The hoster's name behind a `Local` MX."""

SIGNS: dict[str, str] = {
    "M365": (
        "protection.outlook.com outlook.com office365.com office365.us onmicrosoft.com onmicrosoft.us mail.microsoft"
        " mx.microsoft partner.outlook.cn"
    ),
    "Google": "google.com googlemail.com domainkey.google.com gmail.com",
    "Yandex": "yandex.ru yandex.net yandex.com yandex.com.tr",
    "Zoho": "zoho.com zoho.eu zoho.in zoho.com.au zoho.jp zohomail.com zohomail.eu zohocloud.ca zcsend.net",
}
"""What an SPF include, a DKIM or autodiscover CNAME, or another MX gives away of the mailboxes behind a gateway."""

SELECTORS: dict[str, str] = {"Google": "google", "Zoho": "zoho zmail"}
"""DKIM selectors that nobody but the provider's own customers use, since their keys stand in no CNAME
(support.google.com/a/answer/174124, zoho.com/mail/help/adminconsole/dkim-configuration.html)."""
