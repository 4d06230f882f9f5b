-- Whoever reads tombstones to store something holds a lock until it is committed: those that did not see the newest are waited for.
LOCK TABLE tombstones IN ACCESS EXCLUSIVE MODE
