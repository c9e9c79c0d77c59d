"""The words of the sample: what the items are called, which service they belong to and what was said about them."""

ENGINEERING = (
    ("Terraform: split state of the network stack", "k8s-platform", ("terraform",)),
    ("Canary analysis with automatic rollback", "payments-api", ("deploy",)),
    ("Alert routing by service ownership", "observability", ("alerting",)),
    ("Blue-green upgrade of the Kubernetes control plane", "k8s-platform", ("upgrade",)),
    ("Replace cron backups with restic and a restore test", "db-replica", ("backup",)),
    ("Consumer lag autoscaler for billing", "billing-consumer", ("kafka", "toil fix")),
    ("Log rotation and alert thresholds for replica volumes", "db-replica", ("toil fix", "disk")),
    ("Read-only replica for finance reports", "db-replica", ("mysql",)),
    ("Rate limit for the public endpoint", "edge-proxy", ("security",)),
    ("Terraform module for bucket provisioning", "k8s-platform", ("terraform",)),
    ("Move log archive to cold storage", "observability", ("cost",)),
    ("Migrate runbooks from the wiki to the repository", "observability", ("docs",)),
    ("Single sign-on for the bastion hosts", "access-mgmt", ("security", "toil fix")),
    ("Idempotent retries in the payment worker", "payments-api", ("reliability",)),
    ("Service level objectives for checkout", "payments-api", ("slo",)),
    ("Error budget dashboard", "observability", ("slo",)),
    ("Pod disruption budgets for stateful sets", "k8s-platform", ("reliability",)),
    ("Schema migration without a lock on orders", "db-replica", ("mysql",)),
    ("Self-service page for VPN access", "access-mgmt", ("toil fix",)),
    ("Trace sampling by endpoint", "observability", ("tracing",)),
    ("Shed load before the queue is full", "billing-consumer", ("reliability",)),
    ("Health checks that see the database", "payments-api", ("reliability",)),
    ("Replace hand-made node pools", "k8s-platform", ("terraform",)),
    ("Restore drill in a clean account", "db-replica", ("backup",)),
    ("Cache warm-up after deploy", "search", ("deploy",)),
    ("Query plan regression test", "search", ("performance",)),
    ("Sentinel quorum across three zones", "redis-sentinel", ("reliability", "toil fix")),
    ("Connection pooling in front of the replicas", "db-replica", ("performance",)),
    ("Drop unused metrics", "observability", ("cost",)),
    ("Progressive rollout of edge configuration", "edge-proxy", ("deploy",)),
    ("HTTP/3 at the edge", "edge-proxy", ("performance",)),
    ("決済バッチの監視を見直す", "payments-api", ("alerting",)),
    ("証明書の更新手順を自動化する (内部 CA)", "edge-proxy", ("toil fix", "cert")),
    ("Spot instances for the batch pool", "k8s-platform", ("cost",)),
    ("Chaos test: lose one zone", "k8s-platform", ("reliability",)),
    ("Warm standby for the search index", "search", ("reliability",)),
    ("Structured logs in the billing consumer", "billing-consumer", ("logging",)),
    ("Dead letter queue with replay", "billing-consumer", ("kafka", "toil fix")),
    ("Policy as code for firewall changes", "edge-proxy", ("security", "toil fix")),
    ("Upgrade Redis to 7.4 without downtime", "redis-sentinel", ("upgrade",)),
)

DISK_PROJECT = "Runbook automation: clean up replica disks"

IN_HAND = (
    ("Consumer lag autoscaler: tune for month end", "billing-consumer", ("kafka", "toil fix")),
    (DISK_PROJECT, "db-replica", ("toil fix", "disk")),
    ("Autoscaling limits for the checkout pods", "payments-api", ("performance",)),
    ("アラートの通知先をサービス単位に整理する", "observability", ("alerting",)),
    ("Terraform: adopt the DNS zones", "k8s-platform", ("terraform",)),
    ("Edge configuration in the repository", "edge-proxy", ("deploy",)),
    ("Failover drill for the session store", "redis-sentinel", ("reliability",)),
    ("Access review without a spreadsheet", "access-mgmt", ("audit", "toil fix")),
    ("Alert on slow replication, not on disk", "db-replica", ("alerting",)),
    ("Read replicas behind the search service", "search", ("performance",)),
    ("Deprecate the old metrics endpoint", "observability", ("cost",)),
    ("Secrets out of the deploy scripts", "k8s-platform", ("security",)),
)

OVERHEAD = (
    ("Interview: site reliability engineer", "", ("hiring",)),
    ("Capacity plan for the next quarter", "k8s-platform", ("planning",)),
    ("Security training", "", ("training",)),
    ("Vendor review: log storage", "observability", ("planning",)),
    ("Budget approval for extra replicas", "db-replica", ("planning",)),
    ("Onboarding a new colleague", "", ("hiring",)),
    ("Audit evidence for access reviews", "access-mgmt", ("audit",)),
    ("Write the quarterly report", "", ("planning",)),
)

UNCLEAR = (
    ("Firewall change for partner SFTP", "edge-proxy"),
    ("Check invoice mismatch reported by finance", "billing-consumer"),
    ("Slow dashboard in the Osaka office", "observability"),
    ("Data export for legal", "db-replica"),
    ("Investigate 502 responses at checkout", "payments-api"),
    ("Search results missing for one customer", "search"),
    ("Move test environment to the new account", "k8s-platform"),
    ("Webhook deliveries delayed", "payments-api"),
    ("Clarify retention of access logs", "observability"),
    ("Clean up old feature flags", "payments-api"),
    ("大阪オフィスの VPN が遅い", "access-mgmt"),
    ("Replay yesterday's failed exports", "billing-consumer"),
)

MISCELLANEOUS_TOIL = (
    ("Resize volume of the staging database", "db-replica"),
    ("Patch OpenSSL on the edge-proxy fleet", "edge-proxy"),
    ("Rotate signing key for the webhook relay", "payments-api"),
    ("Re-index one tenant by hand", "search"),
    ("Clean up failed jobs", "k8s-platform"),
    ("Approve quota increase", "k8s-platform"),
)

ACCESS = (
    "Grant VPN access: contractor onboarding",
    "Grant bastion access to a data engineer",
    "Grant read access to the billing schema",
    "Reset second factor",
    "Remove access of a leaver",
    "Grant console access for the audit",
    "Add a deploy key",
)

PARTNERS = ("Contoso", "Northwind", "Fabrikam", "Acme Logistics", "Tailspin", "Globex", "Initech")

CERTIFICATE_HOSTS = ("legacy-1", "legacy-2", "partner-eu", "partner-jp", "edge-eu-west", "edge-ap-north", "mail-relay")

COMMENTS = (
    "Same cause as last week: the WAL archive grows until the nightly job runs.",
    "I have a draft of the change; review welcome before Thursday.",
    "Done by hand again. The runbook step takes longer than the fix would.",
    "Waiting for the vendor, ticket 48213 on their side.",
    "再現しました。ログを添付します。",
    "Tested in staging, no error in two days.",
    "Let us do this together with the upgrade.",
    "The alert fires ten minutes too late. I lowered the threshold.",
)

BLOCKED = ("Vendor part, due next week", "Security sign-off", "Waiting for the change window")

DESCRIPTIONS = {
    "Disk full": "Alert: volume over 95 %.\n\n1. Find the largest directory.\n2. Remove rotated logs and old WAL.\n"
    "3. Check replication lag.",
    "Certificate renewal": "Renew by hand: CSR, portal, copy to both proxies, reload, check the chain.",
    "Restart stuck consumer": "Lag over 10 minutes. Restart the pod, watch until the lag is under 1,000.",
}

AUTOMATION = "Automate certificate renewal with ACME"
