"""The name under which sending was queued before; docs/operations.md (Upgrading) says when it goes."""

from jobs.versturen import push_resultaten as push_resultaten
