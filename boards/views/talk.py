"""Comments on an item; members change their own, owners anybody's."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from boards.forms import CommentForm
from boards.markdown import LONGEST, render_markdown
from boards.models import Comment
from boards.services.comments import add_comment, delete_comment, edit_comment, restore_comment
from boards.views.items import answer
from boards.views.loading import is_scripted, load_item, writer
from teams.errors import ToilTrackerError
from teams.models import Role, Team
from teams.permissions import can_configure, require, team_view


@require_POST
@team_view(Role.MEMBER)
def comment(request: HttpRequest, team: Team, item_id: int) -> HttpResponse:
    """Say something about an item."""
    at = timezone.now()
    item = load_item(request, team, item_id)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return answer(request, item, at=at, comment_form=form, status=422)
    try:
        add_comment(item=item, body=form.cleaned_data["body"], by=writer(request), at=at)
    except ToilTrackerError as error:
        form.add_error("body", error.message)
        return answer(request, item, at=at, comment_form=form, status=422)
    return answer(request, item, at=at)


@require_POST
@team_view(Role.MEMBER)
def edit(request: HttpRequest, team: Team, item_id: int, comment_id: int) -> HttpResponse:
    """Change what was said; the history keeps both."""
    at = timezone.now()
    item = load_item(request, team, item_id)
    said = _comment_to_change(request, team, item.pk, comment_id)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return answer(request, item, at=at, editing=said.pk, edit_form=form, status=422)
    edit_comment(comment=said, body=form.cleaned_data["body"], by=writer(request), at=at)
    return answer(request, item, at=at)


@require_POST
@team_view(Role.MEMBER)
def delete(request: HttpRequest, team: Team, item_id: int, comment_id: int) -> HttpResponse:
    """Take away what was said; it can be had back."""
    at = timezone.now()
    item = load_item(request, team, item_id)
    delete_comment(comment=_comment_to_change(request, team, item.pk, comment_id), by=writer(request), at=at)
    undo = reverse("boards:comment_restore", args=[team.slug, item.pk, comment_id])
    return answer(request, item, at=at, said=_("Comment deleted; the history keeps it."), undo=undo)


@require_POST
@team_view(Role.MEMBER)
def restore(request: HttpRequest, team: Team, item_id: int, comment_id: int) -> HttpResponse:
    """Bring back a comment that was taken away."""
    at = timezone.now()
    item = load_item(request, team, item_id)
    found = _comment_to_change(request, team, item.pk, comment_id, deleted=True)
    restore_comment(comment=found, by=writer(request), at=at)
    return answer(request, item, at=at, said=_("The comment is back."))


@require_POST
@team_view(Role.MEMBER)
def preview(request: HttpRequest, team: Team) -> HttpResponse:
    """Show Markdown as it will look, by the function that shows it later."""
    if not is_scripted(request):
        return redirect("boards:home", team.slug)
    items_url = reverse("boards:item", args=[team.slug, 0]).removesuffix("0/")
    text = request.POST.get("text", "")[:LONGEST].replace("\0", "")
    return HttpResponse(render_markdown(text, items_url=items_url))


def _comment_to_change(
    request: HttpRequest, team: Team, item_id: int, comment_id: int, *, deleted: bool = False
) -> Comment:
    comments = Comment.objects.filter(item=item_id, external_id="", deleted_at__isnull=not deleted).select_related(
        "author"
    )
    found = get_object_or_404(comments, pk=comment_id)
    is_own = found.author is not None and found.author.user_id == request.user.pk
    require(is_own or can_configure(request.user, team), Role.OWNER)
    return found
