"""Out: effort, toil share, flow and weekly reports."""
