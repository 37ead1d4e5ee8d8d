"""What the server says stands in the reader's language: by code and particulars, never as its English text."""

import re
from collections import Counter
from dataclasses import asdict
from typing import Any

import pytest
from playwright.sync_api import expect

from shared.rules.dynamics.marks import Mark
from shared.rules.dynamics.standing import NOTES
from shared.rules.score_change import explain_change
from tests.rules.judged import judged
from tests.ui.conftest import Api, Visit, answer_with, problem, recording
from tests.ui.test_delivery import texts

ENGLISH = "An English sentence of the server."
"""What must not be read on a Turkish page where a code says the same."""
ERRORS: list[dict[str, Any]] = [
    {"code": "dyn_validation", "params": {"field": "lead.lastname", "why": "no_value"}},
    {"code": "dyn_validation", "params": {"field": "lead.telephone1"}},
    {
        "code": "gave_up",
        "params": {"fault": "dyn_unavailable", "why": "no_connection", "error": "ConnectTimeout"},
    },
    {"code": "dyn_deleted", "params": {"why": "deleted", "record": "lead"}},
]
TOLD = [
    "lead.lastname: boş;",
    "Dynamics bir değeri kabul etmiyor. Alan: lead.telephone1.",
    "Planlanan bütün denemeler sonuçsuz kaldı. Dynamics yanıt vermedi. Bağlantı kurulamadı (ConnectTimeout).",
    "Müşteri adayı: Dynamics'te silinmiş, yeniden oluşturulmuyor.",
]


def test_an_error_in_a_row_is_told_by_its_code_in_turkish(visit: Visit, api: Api) -> None:
    answer = api.get("leads", limit=len(ERRORS))
    for lead, error in zip(answer["items"], ERRORS, strict=True):
        said = {"dynamics_error_code": error["code"], "dynamics_error_params": error["params"]}
        lead |= {"dynamics_status": "failed", "dynamics_error": ENGLISH, **said}
    page = visit("/?view=leads", locale="tr-TR", answers={"/api/leads": answer})
    cells = page.locator("td.col-dynamics")
    for at, words in enumerate(TOLD):
        expect(cells.nth(at)).to_contain_text(words)
    expect(page.locator("#view")).not_to_contain_text(ENGLISH)


def test_every_note_is_told_in_turkish_with_its_record(visit: Visit, api: Api) -> None:
    answer = api.get("leads", limit=len(NOTES))
    for lead, why in zip(answer["items"], NOTES, strict=True):
        params = {"why": why, "record": "opportunity"}
        lead |= {"dynamics_status": "none", "dynamics_note": ENGLISH, "dynamics_note_params": params}
    page = visit("/?view=leads", locale="tr-TR", answers={"/api/leads": answer})
    expect(page.locator("td.col-dynamics .note-text")).to_have_count(len(NOTES))
    expect(page.locator("td.col-dynamics", has_text="Fırsat: Dynamics'te kazanılmış")).to_have_count(1)
    expect(page.locator("#view")).not_to_contain_text(ENGLISH)


def test_a_referral_that_was_not_brought_is_no_note_on_a_company_that_is_there(visit: Visit, api: Api) -> None:
    answer = api.get("leads", limit=1)
    note = {"dynamics_note": ENGLISH, "dynamics_note_params": {"why": "first_seen_closed", "record": "lead"}}
    answer["items"][0] |= {"dynamics_status": "synced", **note}
    page = visit("/?view=leads", answers={"/api/leads": answer})
    expect(page.locator("td.col-dynamics .state")).to_have_text("Synced")
    expect(page.locator(".note-text")).to_have_count(0)


def event(code: str, **params: Any) -> dict[str, Any]:
    return {"at": "2026-11-23T09:00:00Z", "code": code, "who": "hunter", "params": params, "trace": "", "text": ENGLISH}


def test_the_timeline_tells_causes_and_changes_in_turkish(visit: Visit, api: Api) -> None:
    domain = api.get("leads", limit=1)["items"][0]["domain"]
    causes = [asdict(one) for one in explain_change(judged(dkim="absent"), judged(co_sell=True, provider="Yandex"))]
    found = [{"code": "spf_added", "old": "absent", "new": "present", "text": ENGLISH}]
    found += [{"code": "mx_moved", "old": "Google", "new": "M365", "text": ENGLISH}]
    events = [
        event("score.changed", old=45, new=65, reasons=causes),
        event("scan.changed", changes=found),
        event("dynamics.failed", reason="dyn_validation"),
        event("referral.changed", fields=["status", "contact"]),
    ]
    status = api.get(f"dynamics/status/{domain}")
    params = {"field": "telephone1", "said": "the_value is wrong"}
    error = {"error_code": "dyn_validation", "error": ENGLISH, "error_params": params}
    status["referrals"][0] |= {"dynamics_status": "failed", **error}
    answers = {
        f"/api/leads/{domain}/timeline": {"items": events, "next_cursor": None},
        f"/api/dynamics/status/{domain}": status,
    }
    page = visit(f"/?view=leads&lead={domain}", locale="tr-TR", answers=answers)
    lines = page.locator("#lead-timeline .timeline li")
    expect(lines.nth(0)).to_contain_text("-20: e-posta sağlayıcısı Google Workspace → Yandex 360")
    expect(lines.nth(0)).to_contain_text("+25: DKIM yok → var")
    expect(lines.nth(0)).to_contain_text("+15: co-sell yok → var")
    expect(lines.nth(1)).to_contain_text("SPF eklendi ve e-posta taşındı: Google Workspace → Microsoft 365")
    expect(lines.nth(2)).to_contain_text("Dynamics bir değeri kabul etmiyor.")
    expect(lines.nth(3)).to_contain_text("durum ve ilgili kişi")
    expect(page.locator("#lead")).not_to_contain_text(ENGLISH)
    callout = page.locator("#lead-dynamics .callout")
    expect(callout).to_contain_text("Dynamics bir değeri kabul etmiyor. Alan: telephone1.")
    expect(callout.locator("[lang=en]")).to_have_text("the_value is wrong")


def test_health_and_the_checklist_speak_turkish(visit: Visit) -> None:
    parts = [
        {"name": "sign-in", "state": "signin_ending", "reason": ENGLISH, "ends_at": "2026-12-01T09:00:00Z"},
        {"name": "dynamics", "state": "dyn_signin", "reason": ENGLISH, "params": {"why": "entra_refused"}},
    ]
    missing = {"why": "dyn_columns_missing", "columns": "lead.hnt_x"}
    english = {"detail": ENGLISH, "fix": ENGLISH}
    failed = {"state": "failed", **english}
    checks = [
        {"name": "dynamics columns", "code": "dyn_column_missing", "params": missing, **failed},
        {"name": "mfa", "code": "signin_no_mfa", "params": {"why": "mfa_absent"}, **failed},
        {"name": "vault", "state": "off", "code": "", "params": {"why": "no_vault"}, **english},
        {"name": "storage tables", "state": "ok", "code": "", "params": {}, **english},
    ]
    drift = [
        {"kind": "unknown_value", "field": "status", "seen": "Paused"},
        {"kind": "wrong_type", "field": "consent", "seen": "NoneType"},
    ]
    answers = {
        "/api/health/ready": {"status": "degraded", "parts": parts},
        "/api/preflight": {"checks": checks},
        "/api/drift": {"items": drift},
    }
    page = visit("/", locale="tr-TR", answers=answers)
    page.get_by_role("button", name="Menü").click()
    page.get_by_role("button", name="Bağlantılar ve sağlık").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("[data-part=sign-in]")).to_contain_text("yakında bitiyor")
    expect(dialog.locator("[data-part=sign-in]")).to_contain_text("1 Ara 2026")
    expect(dialog.locator("[data-part=dynamics]")).to_contain_text("verilen kimlik bilgilerini reddetti")
    dialog.locator("summary", has_text="2 değer").click()
    expect(dialog.locator("details li")).to_have_text(
        ["status: “Paused”, Hunter'ın tanımadığı bir değer", "consent: beklenen türde değil (boş)"]
    )
    dialog.get_by_role("button", name="Bağlantıları şimdi denetle").click()
    failed = dialog.locator("[data-check='dynamics columns']")
    expect(failed).to_contain_text("Dynamics: sütunlar")
    expect(failed).to_contain_text("Hunter'ın yazdığı bir sütun Dynamics'te yok.")
    expect(failed).to_contain_text("Eksik: lead.hnt_x.")
    expect(dialog.locator("[data-check=mfa]")).to_contain_text("Partner Center oturumunda ikinci etken yok.")
    expect(dialog.locator("[data-check=vault]")).to_contain_text("oturum bir dosyada saklanıyor")
    below = dialog.locator(".health").bounding_box(), dialog.get_by_role("button", name="denetle").bounding_box()
    assert below[0] and below[1] and below[0]["y"] + below[0]["height"] <= below[1]["y"]
    expect(dialog.locator("[data-check='storage tables']")).to_contain_text("Depolama tabloları")
    expect(dialog).not_to_contain_text(ENGLISH)


def test_a_failed_run_and_a_refused_domain_say_why_in_turkish(visit: Visit) -> None:
    visit.noise.append("status of 400")
    run = {**recording("run"), "state": "failed", "reasons": [{"code": "pc_forbidden", "cause": ENGLISH}]}
    refused = {**problem("bad_domain", domain="gmail.com", reason="free_mail"), "detail": ENGLISH}
    page = visit("/?view=leads", locale="tr-TR", answers={"/api/runs": {"items": [run], "next_cursor": None}})
    expect(page.locator("#head-line")).to_contain_text("başarısız: Partner Center, oturum açan kullanıcıyı reddetti.")
    page.route(
        "**/api/leads",
        lambda route: route.fulfill(status=400, json=refused) if route.request.method == "POST" else route.fallback(),
    )
    page.get_by_role("button", name="Şirket ekle").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").first.fill("gmail.com")
    dialog.get_by_role("button", name="Ekle ve tara").click()
    expect(dialog.get_by_role("alert")).to_contain_text("gmail.com, ücretsiz bir e-posta hizmetine ait.")


def test_one_person_of_several_referrals_stands_once_with_all_that_is_known(visit: Visit, api: Api) -> None:
    domain = api.get("leads", limit=1)["items"][0]["domain"]
    lead = api.get(f"leads/{domain}")
    people = [
        {"name": "Elif Kaya", "email": "Elif@contoso.example", "phone": None},
        {"name": "Elif  KAYA", "email": "elif@contoso.example ", "phone": "+90 (1) 23-45"},
        {"name": "elif kaya", "email": None, "phone": "0090 12345"},
        {"name": "Can Demir", "email": "can@contoso.example", "phone": None},
        {"name": "Elif Kaya", "email": "elif.two@contoso.example", "phone": None},
    ]
    referral = lead["referrals"][0] | {"consent": True}
    lead["referrals"] = [{**referral, "id": f"r{at}", "contact": one} for at, one in enumerate(people)]
    page = visit(f"/?view=leads&lead={domain}", answers={f"/api/leads/{domain}": lead})
    persons = page.locator("#lead-contact .person")
    expect(persons).to_have_count(3)
    expect(persons.nth(0)).to_contain_text("Elif@contoso.example")
    expect(persons.nth(0)).to_contain_text("+90 (1) 23-45")
    expect(persons.nth(1)).to_contain_text("Can Demir")
    expect(persons.nth(2)).to_contain_text("elif.two@contoso.example")


def test_every_check_and_every_part_of_health_has_a_name_in_every_language(api: Api) -> None:
    named = {f"check.{one['name'].replace(' ', '_')}" for one in api.get("preflight")["checks"]}
    named |= {"check.dynamics_predictive_scores", "check.maxmind"}  # only where the setting is on
    named |= {f"part.{one['name']}" for one in api.get("health/ready")["parts"]}
    assert len(named) > 20
    assert named <= texts("tr").keys()


STORAGE = {"reason": "storage_unavailable", "why": "storage_answered", "status": 503}
FAULTS: list[tuple[str, dict[str, Any], str]] = [
    ("referral_malformed", {"field": "id", "why": "id_missing"}, "id: eksik; yönlendirmenin kimliğini"),
    (
        "gave_up",
        {"reason": "storage_unavailable", "why": "storage_answered", "status": 503},
        "Tablo deposunun yanıtı: 503",
    ),
    ("dyn_forbidden", {"privilege": "prvReadLead"}, "Ayrıcalık: prvReadLead."),
    ("signin_needed", {"why": "signin_ended", "date": "2026-11-20"}, "Oturum 20 Kas 2026 tarihinde sona erdi."),
]


def test_the_inbox_names_field_problem_and_fix_in_turkish(visit: Visit) -> None:
    kept = [
        {**recording("failure"), "id": f"f{at}", "code": code, "params": params, "cause": ENGLISH}
        for at, (code, params, _) in enumerate(FAULTS)
    ]
    kept[2] |= {"params": {**FAULTS[2][1], "said": "Principal lacks it", "request_id": "r-77"}}
    kept[3] |= {"queue": "runs", "key": "referrals"}
    page = visit("/?view=attention", locale="tr-TR", answers={"/api/failures": inbox(kept)})
    for at, (_, _, words) in enumerate(FAULTS):
        expect(page.locator(f"[data-failure=f{at}]")).to_contain_text(words)
    expect(page.locator("[data-failure=f1]")).to_contain_text("Tablo deposu yanıt vermedi.")
    expect(page.locator("[data-failure=f2] [lang=en]")).to_have_text("Principal lacks it")
    expect(page.locator("[data-failure=f2]")).to_contain_text("Dynamics istek kimliği r-77")
    expect(page.locator("[data-failure=f3] strong")).to_have_text("Partner Center eşitlemesi")
    expect(page.locator(".attention-view")).not_to_contain_text(ENGLISH)


def test_a_cause_without_a_code_is_quoted_as_english(visit: Visit) -> None:
    kept = {**recording("failure"), "params": {"odd": {"a": None}}, "cause": "It is torn."}
    page = visit("/?view=attention", locale="tr-TR", answers={"/api/failures": inbox([kept])})
    item = page.locator("[data-failure]")
    expect(item.locator("[lang=en]")).to_have_text("It is torn.")
    expect(item).not_to_contain_text(re.compile("null|undefined|{"))


def test_a_plan_tells_in_turkish_what_was_filled_in(visit: Visit, api: Api) -> None:
    domain = api.get("leads", limit=1)["items"][0]["domain"]
    marks = [
        Mark("filled", "lead.lastname", {"stand_in": "company"}),
        Mark("cut", "lead.subject", {"length": 400, "most": 300}),
    ]
    shown = [{"code": one.code, "params": {"column": one.column, **one.params}, "text": ENGLISH} for one in marks]
    values = [True, "2026-11-28T07:59:07Z", "accounts(ba8ee66b-c0cd-5785-8362-f200aff82270)"]
    fields = [{"column": f"c{at}", "action": "create", "old": None, "new": one} for at, one in enumerate(values)]
    record = {"record": "lead", "action": "create", "why": "new", "fields": fields}
    plan = {"domain": domain, "referrals": [{"name": "A", "skip": None, "defaulted": shown, "records": [record]}]}
    page = visit(f"/?view=leads&lead={domain}", locale="tr-TR", answers={f"/api/dynamics/sync/{domain}": plan})
    page.get_by_role("button", name="Ne yapardı?").click()
    written = page.locator("#lead .plan tbody td:nth-child(3)")
    expect(written.nth(0)).to_have_text("evet")
    expect(written.nth(1)).to_contain_text("28 Kasım 2026 Cumartesi 10:59:07")
    expect(written.nth(2)).to_have_text("Firma")
    page.locator("#lead .plan summary", has_text="2 değer").click()
    lines = page.locator("#lead .plan details li")
    expect(lines.nth(0)).to_have_text("lead.lastname: bir değer verilmediği için şirketin adı")
    expect(lines.nth(1)).to_have_text("lead.subject: 400 karakterden 300 karaktere kısaltıldı")


def test_a_bulk_result_names_each_deal_and_says_what_came_of_it_in_turkish(visit: Visit) -> None:
    outcomes = {"new": 1, "changed": 1, "review": 1, "failed": 1}
    run = {**recording("run"), "id": "b1", "kind": "bulk-push", "state": "partial", "enqueued": 4, "pending": 0}
    run |= {"outcomes": outcomes, "failed": 1, "ended_at": "2026-11-23T12:01:00Z"}
    items = [
        {"item": f"contoso.example:{at}", "key": str(at), "outcome": outcome, "domain": "contoso.example"}
        | {"company_name": "Contoso", "deal": f"Deal {at}"}
        for at, outcome in enumerate(outcomes)
    ]
    answers = {
        "/api/dynamics/bulk-sync": (202, {"run_id": "b1", "status_url": "/api/runs/b1", "joined": False}),
        "/api/runs/b1": {**run, "items": items},
    }
    page = visit("/?view=leads", locale="tr-TR", answers=answers)
    page.locator("tr[data-key] .col-select input").first.check()
    page.locator(".selection-bar").get_by_role("button", name="Dynamics'e eşitle").click()
    page.get_by_role("dialog").get_by_role("button", name="1 kaydı eşitle").click()
    rows = page.locator("dialog .results tbody tr")
    expect(rows).to_have_count(4)
    told = page.locator("dialog .results td").all_inner_texts()
    assert told == ["Dynamics'te yeni", "güncellendi", "bir kişiyi bekliyor", "başarısız"]
    expect(rows.nth(2).locator("th")).to_have_text("ContosoDeal 2")
    expect(page.get_by_role("dialog").get_by_role("status")).to_have_text(
        "Bitti: 2 kayıt Dynamics'te, 1 kayıt başarısız ve 1 kayıt bir kişiyi bekliyor."
    )


def test_a_plan_that_dynamics_does_not_answer_says_so_in_turkish(visit: Visit, api: Api) -> None:
    visit.noise.append("status of 50")
    domain = api.get("leads", limit=1)["items"][0]["domain"]
    params = {"reason": "dyn_unavailable", "why": "no_connection", "error": "ConnectTimeout"}
    answers: list[Any] = [(503, problem("internal", **params)), (500, problem("internal"))]
    path = f"/api/dynamics/sync/{domain}"
    page = visit(f"/?view=leads&lead={domain}", locale="tr-TR", answers={path: answers[0]})
    page.get_by_role("button", name="Ne yapardı?").click()
    told = page.locator("#lead .plan")
    expect(told).to_have_text("Dynamics yanıt vermedi. Bağlantı kurulamadı (ConnectTimeout). Birazdan yeniden deneyin.")
    answer_with(page, path, answers[1])
    page.get_by_role("button", name="Ne yapardı?").click()
    expect(told).to_contain_text("Destek için başvuru no: 0af7651916cd43dd")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (problem("feature_disabled", flag="DYNAMICS_ENABLED"), "kapalı. DYNAMICS_ENABLED ayarını true yapıp"),
        (problem("bad_request", field="domains", problem=ENGLISH), "İstek geçerli değil. Burada adı geçen alanı"),
        (problem("bad_request", field="domains"), "Alan: domains."),
        (problem("unknown_parameter", name="odd"), "Alan: odd."),
    ],
)
def test_a_refusal_names_what_to_change_in_turkish(visit: Visit, answer: dict[str, Any], words: str) -> None:
    visit.noise.append("status of 400")
    page = visit("/?view=leads", locale="tr-TR", answers={"/api/dynamics/sync/*": (400, answer)})
    page.locator(".row-sync").first.click()
    expect(page.locator(".toast")).to_contain_text(words)
    expect(page.locator(".toast")).not_to_contain_text(ENGLISH)


def test_a_doubt_that_somebody_else_settled_says_so(visit: Visit) -> None:
    visit.noise.append("status of 404")
    gone = (404, problem("not_found", what="review", key="contoso.example"))
    listed = {"items": [recording("review")], "total": 1, "as_of": ""}
    answers = {"/api/dynamics/reviews": listed, "/api/dynamics/reviews/*": gone}
    page = visit("/?view=attention", locale="tr-TR", answers=answers)
    page.get_by_role("button", name="Evet, bağla").click()
    expect(page.locator(".toast")).to_contain_text("Artık karar gerekmiyor")


def test_a_sync_that_waits_says_for_what(visit: Visit) -> None:
    note = {"code": "pc_throttled", "cause": ENGLISH, "params": {"why": "pc_answered", "status": 429}}
    run = {**recording("run"), "state": "running", "resumes_at": "2026-11-23T12:02:00Z", "reasons": [note]}
    answers = {"/api/runs": {"items": [run], "next_cursor": None}, f"/api/runs/{run['id']}": run}
    page = visit("/?view=leads", locale="tr-TR", answers=answers)
    expect(page.locator("#head-line")).to_have_text(
        "Partner Center, Hunter'dan yavaşlamasını istedi. Partner Center'ın yanıtı: 429. "
        "Hunter kendiliğinden yeniden dener."
    )


def inbox(failures: list[dict[str, Any]]) -> dict[str, Any]:
    """A page of the inbox with these open failures."""
    counted = Counter(one["code"] for one in failures)
    groups = [
        {"code": code, "total": total, "who": "ops", "text": ENGLISH, "action": ENGLISH}
        for code, total in counted.items()
    ]
    return {"items": failures, "total": len(failures), "groups": groups, "next_cursor": None, "as_of": ""}


def test_a_browser_of_any_language_gets_dates_that_it_can_read(visit: Visit) -> None:
    for tag, date in {"de-DE": r"\d+ \w{3,4}", "en-US": r"\w{3} \d+", "en-US@posix": r"\d+ \w{3,4}"}.items():
        page = visit("/?view=leads&columns=company,referral,registration", ready=False)
        page.add_init_script(f"Object.defineProperty(navigator, 'languages', {{ value: ['{tag}'] }})")
        page.reload()
        ends = page.locator("td.col-registration", has_text=re.compile(r"\d{4}")).first
        expect(ends).to_contain_text(re.compile(rf"^{date},? \d{{4}}"))
        expect(page.locator(".col-referral", has_text=re.compile(r"\$\d")).first).to_be_visible()
