from wagtail import hooks

from courses.views.pages import VIEWS, serve_page


@hooks.register("on_serve_page")
def show_to_learners(next_serve_page):
    def serve(page, request, args, kwargs):
        if type(page) in VIEWS:
            return serve_page(request, page)
        return next_serve_page(page, request, args, kwargs)

    return serve
