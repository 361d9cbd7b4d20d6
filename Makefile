# Two commands are all a newcomer needs: `make run` and `make test`.
.PHONY: run test lint bench test-cluster quality screenshots lock schema dev deploy teardown clean help

PY = .venv/bin/python
SETUP = python3 tools/setup.py

help:
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

run: ## set up what is missing, then serve http://127.0.0.1:8787
	@$(SETUP) run
	@.venv/bin/grove serve

test: ## lint, types and all tests
	@$(SETUP) test
	@$(PY) tools/check.py

lint: ## lint and types only
	@$(SETUP) test
	@$(PY) tools/check.py --lint

bench: ## every speed and memory figure beside its rival
	@$(SETUP) bench
	@$(PY) -m benchmarks

test-cluster: ## mining on Apache Spark, local mode; needs Java 17
	@$(SETUP) bench
	@$(PY) -m pytest tests/cluster -rs

quality: ## how good the playlists are, on real playlists, beside every baseline
	@$(SETUP) bench
	@$(PY) -m quality

screenshots: ## pictures of every page into build/screenshots
	@$(SETUP) test
	@node tools/screenshots.mjs

lock: ## renew the hash-locked requirement sets from pyproject.toml
	@$(PY) tools/lock.py

clean: ## remove what setting up and running has made, except your data in .grove
	rm -rf .venv node_modules build .pytest_cache .ruff_cache .mypy_cache .hypothesis

schema: ## renew schema.sql and spotify-schema.sql from the migrations
	@$(PY) tools/schema.py

dev: ## the Worker on this machine, with local bindings and the demo catalogue
	@$(SETUP) test
	@$(PY) tools/dev.py

deploy: ## make what is missing on Cloudflare, migrate, upload, smoke-test
	@$(SETUP) test
	@$(PY) tools/deploy.py

teardown: ## remove the Worker from Cloudflare; with DATA=1 its data too
	@$(PY) tools/deploy.py teardown $(if $(DATA),--data)
