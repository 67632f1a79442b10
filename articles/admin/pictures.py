"""Pictures dropped or pasted into the text: kept by the verb, named by the answer. Errors are told, never thrown."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from articles.admin.doors import account
from articles.pictures import store_picture
from articles.refusal import Refused


@require_POST
def upload(request: HttpRequest) -> JsonResponse:
    """The script asks for a description before it puts the picture into the text."""
    user = account(request)
    if not user.has_perm("articles.add_picture"):
        return JsonResponse({"errors": ["Your account may not upload pictures. Ask an editor to add it."]}, status=403)
    file = request.FILES.get("image")
    if file is None:
        return JsonResponse({"errors": ["No picture arrived. Choose one, or drop it on the text again."]}, status=400)
    try:
        picture = store_picture(file, by=user)
    except Refused as refusal:
        return JsonResponse({"errors": list(refusal.reasons)}, status=422)
    return JsonResponse({"path": picture.get_absolute_url(), "width": picture.width, "height": picture.height})
