"""The pages of the teams room."""

from django.urls import path

from teams.views import administration, invitations, members, profile, settings, tokens

app_name = "teams"

urlpatterns = [
    path("t/<slug:slug>/settings/", settings.show, name="settings"),
    path("t/<slug:slug>/settings/change/", settings.change, name="settings_change"),
    path("t/<slug:slug>/settings/calendar/", settings.show_calendar, name="settings_calendar"),
    path("t/<slug:slug>/settings/calendar/change/", settings.change_calendar, name="settings_calendar_change"),
    path("t/<slug:slug>/settings/members/", members.show, name="settings_members"),
    path("t/<slug:slug>/settings/members/invite/", members.send_invitation, name="settings_invite"),
    path("t/<slug:slug>/settings/members/<int:membership_id>/", members.show_member, name="settings_member"),
    path("t/<slug:slug>/settings/members/<int:membership_id>/change/", members.change, name="settings_member_change"),
    path("t/<slug:slug>/settings/members/<int:membership_id>/remove/", members.remove, name="settings_member_remove"),
    path(
        "t/<slug:slug>/settings/invitations/<int:invitation_id>/resend/",
        members.resend,
        name="settings_invitation_resend",
    ),
    path(
        "t/<slug:slug>/settings/invitations/<int:invitation_id>/revoke/",
        members.revoke,
        name="settings_invitation_revoke",
    ),
    path("t/<slug:slug>/settings/tokens/", tokens.show, name="settings_tokens"),
    path("t/<slug:slug>/settings/tokens/create/", tokens.create, name="settings_token_create"),
    path("t/<slug:slug>/settings/tokens/<int:token_id>/revoke/", tokens.revoke, name="settings_token_revoke"),
    path("invitations/<str:secret>/", invitations.show, name="invitation"),
    path("invitations/<str:secret>/join/", invitations.accept, name="invitation_accept"),
    path("invitations/<str:secret>/account/", invitations.accept_new, name="invitation_accept_new"),
    path("first-password/<str:secret>/", invitations.show_claim, name="claim"),
    path("first-password/<str:secret>/choose/", invitations.claim, name="claim_choose"),
    path("profile/", profile.show, name="profile"),
    path("profile/change/", profile.change, name="profile_change"),
    path("profile/calendar/", profile.change_calendar, name="profile_calendar_change"),
    path("profile/time-off/", profile.add_absence, name="profile_time_off_add"),
    path("profile/time-off/<int:absence_id>/remove/", profile.remove_absence, name="profile_time_off_remove"),
    path("administration/", administration.show, name="administration"),
    path("administration/mail/", administration.show_mail, name="administration_mail"),
    path("administration/teams/new/", administration.create, name="create"),
    path("administration/accounts/create/", administration.create_user, name="account_create"),
    path("administration/accounts/<int:user_id>/switch/", administration.switch_user, name="account_switch"),
]
