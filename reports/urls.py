"""The pages of the reports room."""

from django.urls import URLPattern, URLResolver, path, register_converter

from reports.views import (
    alert_mail,
    alerts,
    channels,
    elimination,
    flow,
    overview,
    own_hours,
    recipients,
    rule_trial,
    stage,
    team,
    toil_type,
    unsubscribe,
    weekly,
)
from reports.views.converters import WeekConverter

app_name = "reports"

register_converter(WeekConverter, "week")

urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.show, name="teams"),
    path("my-hours/", own_hours.show, name="own_hours"),
    path("t/<slug:slug>/", team.show, name="team"),
    path("t/<slug:slug>/gauge/", team.gauge, name="gauge"),
    path("t/<slug:slug>/charts/<slug:name>.csv", team.chart, {"kind": "csv"}, name="chart_csv"),
    path("t/<slug:slug>/charts/<slug:name>.png", team.chart, {"kind": "png"}, name="chart_png"),
    path("t/<slug:slug>/flow/", flow.show, name="flow"),
    path("t/<slug:slug>/flow/items/", flow.items, name="flow_items"),
    path("t/<slug:slug>/flow/charts/<slug:name>.csv", flow.chart, {"kind": "csv"}, name="flow_chart_csv"),
    path("t/<slug:slug>/flow/charts/<slug:name>.png", flow.chart, {"kind": "png"}, name="flow_chart_png"),
    path("t/<slug:slug>/hours/", team.hours, name="hours"),
    path("t/<slug:slug>/hours.csv", team.hours_file, name="hours_csv"),
    path("t/<slug:slug>/toil-types/", elimination.index, name="toil_types"),
    path("t/<slug:slug>/toil-types/<int:type_id>/", toil_type.card, name="toil_type_card"),
    path("t/<slug:slug>/toil-types/<int:type_id>/elimination/", elimination.show, name="toil_type"),
    path("t/<slug:slug>/toil-types/<int:type_id>/elimination/plan/", elimination.plan, name="toil_type_plan"),
    *(
        path(f"t/<slug:slug>/toil-types/<int:type_id>/elimination/<int:elimination_id>/{place}/", view, name=name)
        for place, view, name in (
            ("withdraw", elimination.withdraw, "toil_type_withdraw"),
            ("carry-out", elimination.carry_out, "toil_type_carry_out"),
            ("take-back", elimination.undo, "toil_type_take_back"),
            ("items/add", elimination.part_add, "toil_type_part_add"),
        )
    ),
    path(
        "t/<slug:slug>/toil-types/<int:type_id>/elimination/items/<int:part_id>/remove/",
        elimination.part_remove,
        name="toil_type_part_remove",
    ),
    path("t/<slug:slug>/alerts/", alerts.index, name="alerts"),
    path("t/<slug:slug>/alerts/seen/", alerts.seen, name="alerts_seen"),
    path("t/<slug:slug>/alerts/deliveries/<int:delivery_id>/", alert_mail.again, name="alert_send_again"),
    path("t/<slug:slug>/alerts/deliveries/<int:delivery_id>/mail/", alert_mail.show, name="alert_mail"),
    path("t/<slug:slug>/settings/alerts/", alerts.settings, name="settings_alerts"),
    path("t/<slug:slug>/settings/alerts/change/", alerts.change, name="settings_alerts_change"),
    path("t/<slug:slug>/reports/", weekly.index, name="reports"),
    path("t/<slug:slug>/reports/build/", weekly.build, name="report_build"),
    path("t/<slug:slug>/reports/<week:week>/", weekly.show, name="report"),
    path("t/<slug:slug>/reports/<week:week>/mail/", weekly.mail, name="report_mail"),
    path("t/<slug:slug>/reports/<week:week>/mail.txt", weekly.text, name="report_text"),
    path("t/<slug:slug>/reports/<week:week>/send/", weekly.send, name="report_send"),
    path("t/<slug:slug>/reports/<week:week>/deliveries/<int:delivery_id>/", weekly.again, name="report_send_again"),
    path("t/<slug:slug>/settings/report/", recipients.show, name="settings_recipients"),
    path("t/<slug:slug>/settings/report/add/", recipients.add, name="settings_recipients_add"),
    path(
        "t/<slug:slug>/settings/report/<int:recipient_id>/remove/",
        recipients.remove,
        name="settings_recipients_remove",
    ),
    path("t/<slug:slug>/settings/report/test/", recipients.test, name="settings_recipients_test"),
    path("t/<slug:slug>/settings/report/preview/", recipients.preview, name="settings_recipients_preview"),
    path(
        "t/<slug:slug>/settings/boards/<slug:board_slug>/columns/<int:column_id>/stage/",
        stage.change,
        name="stage_change",
    ),
    path("t/<slug:slug>/settings/rules/trial/", rule_trial.show, name="rule_trial"),
    path("t/<slug:slug>/settings/report/choices/", recipients.choose, name="settings_recipients_choose"),
    path("t/<slug:slug>/settings/channels/", channels.index, name="channels"),
    path("t/<slug:slug>/settings/channels/create/", channels.create, name="channel_create"),
    path("t/<slug:slug>/settings/channels/<int:channel_id>/", channels.show, name="channel"),
    path("t/<slug:slug>/settings/channels/<int:channel_id>/change/", channels.change, name="channel_change"),
    path("t/<slug:slug>/settings/channels/<int:channel_id>/test/", channels.test, name="channel_test"),
    path("t/<slug:slug>/settings/channels/<int:channel_id>/secret/", channels.rotate, name="channel_rotate"),
    path(
        "t/<slug:slug>/settings/channels/<int:channel_id>/secret/end/",
        channels.end_previous,
        name="channel_end_previous",
    ),
    path("t/<slug:slug>/settings/channels/<int:channel_id>/pause/", channels.pause, name="channel_pause"),
    path("t/<slug:slug>/settings/channels/<int:channel_id>/resume/", channels.resume, name="channel_resume"),
    path("t/<slug:slug>/settings/channels/<int:channel_id>/delete/", channels.delete, name="channel_delete"),
    path(
        "t/<slug:slug>/settings/channels/<int:channel_id>/deliveries/<int:delivery_id>/",
        channels.again,
        name="channel_send_again",
    ),
    path("unsubscribe/<str:key>/", unsubscribe.page, name="unsubscribe"),
]
