"""The pages of the imports room."""

from django.urls import path

from imports.views import came, connections, files, hooks, in_step, people, words

app_name = "imports"

PEOPLE = "t/<slug:slug>/settings/people/"
ALL = "t/<slug:slug>/settings/connections/"
ONE = f"{ALL}<int:connection_id>/"
DELIVERY = f"{ONE}deliveries/<int:delivery_id>/"

urlpatterns = [
    path("hooks/<str:key>/", hooks.receive, name="hook"),
    path("t/<slug:slug>/came/", came.show, name="came"),
    path("t/<slug:slug>/items/<int:item_id>/source/", in_step.take, name="take_from_source"),
    path(PEOPLE, people.show, name="people"),
    path(f"{PEOPLE}add/", people.add, name="people_add"),
    path(f"{PEOPLE}merge/", people.merge, name="people_merge"),
    path(f"{PEOPLE}<int:handle_id>/", people.decide, name="people_decide"),
    path(ALL, connections.show_all, name="connections"),
    path(f"{ALL}create/", connections.create, name="connection_create"),
    path(ONE, connections.show, name="connection"),
    path(f"{ONE}rotate/", connections.rotate, name="connection_rotate"),
    path(f"{ONE}end-previous/", connections.end_previous, name="connection_end_previous"),
    path(f"{ONE}delete/", connections.delete, name="connection_delete"),
    path(DELIVERY, connections.show_delivery, name="connection_delivery"),
    path(f"{DELIVERY}replay/", connections.replay, name="connection_replay"),
    path("t/<slug:slug>/imports/", files.imports, name="imports"),
    path("t/<slug:slug>/imports/<int:import_id>/", files.show, name="import"),
    path("t/<slug:slug>/imports/<int:import_id>/run/", files.run, name="import_run"),
    path("t/<slug:slug>/imports/<int:import_id>/statuses/", files.map_words, name="import_statuses"),
    path("t/<slug:slug>/imports/<int:import_id>/reading/", files.map_columns, name="import_reading"),
    path("t/<slug:slug>/imports/<int:import_id>/undo/", files.undo, name="import_undo"),
    path("t/<slug:slug>/imports/<int:import_id>/cancel/", files.cancel, name="import_cancel"),
    path("t/<slug:slug>/imports/<int:import_id>/rows/", files.rows, name="import_rows"),
    path("t/<slug:slug>/settings/boards/<slug:board_slug>/words/", words.show, name="settings_words"),
    path("t/<slug:slug>/settings/boards/<slug:board_slug>/words/change/", words.change, name="settings_words_change"),
]
