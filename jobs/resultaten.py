"""The name under which sending was queued before; goes when no queue can hold it any more."""

from jobs.versturen import push_resultaten as push_resultaten
