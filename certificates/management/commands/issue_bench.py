from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = ("Issues many certificates while workers and Redis are killed, on servers of its own, checks that nothing "
            "is lost or made twice, and prints what it cost. Needs the repository with its tests and their packages.")
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--n", type=int, default=1_000, help="how many certificates")
        parser.add_argument("--timeout", type=int, default=7_200, help="seconds after which it gives up")

    def handle(self, *, n, timeout, **options):
        try:
            from tests.bench import bench_issuing
        except ImportError as error:
            raise CommandError(f"This needs the repository with the packages of its tests: {error}") from error
        # A process of its own: this one has the settings of the platform.
        if bench_issuing.run_apart(n, timeout):
            raise CommandError("The platform did not keep what it promises.")
