"""Tests for strongroom.discover.sources.github_actions."""

from tests.discover.sources.reading import default, found, one, troubles

from strongroom.discover.sources import github_actions
from strongroom.source.values import Value

PATH = ".github/workflows/deploy.yml"
FILE = """
    on:
      workflow_call:
        secrets:
          CALLED_TOKEN: {required: true}
          OTHER_TOKEN:
            required: false
    env:
      DJANGO_SECRET_KEY: test-only
    jobs:
      test:
        uses: ./.github/workflows/other.yml
        secrets: inherit
      deploy:
        environment:
          name: production
        env:
          DB_PASSWORD: ${{ secrets.PROD_DB_PASSWORD }}
          GH_TOKEN: ${{ secrets.GITHUB_TOKEN }}
          REGION: ${{ vars.AWS_REGION }}
        steps:
          # ${{ secrets.COMMENTED }}
          - run: |
              echo "PATHS=x" >> $GITHUB_ENV
              deploy --token ${{ secrets['DEPLOY_TOKEN'] }}
          - run: echo '${{ toJson(secrets) }}'
          - if: ${{ github.actor != 'x' && secrets.SLACK_WEBHOOK }}
          - run: echo ${{ secrets[format('{0}_KEY', matrix.env)] }}
    """


def test_stores_environments_and_what_steps_are_given() -> None:
    mentions = found(github_actions, PATH, FILE)

    assert {m.name: m.line for m in mentions} == {
        "CALLED_TOKEN": 4, "OTHER_TOKEN": 5, "DJANGO_SECRET_KEY": 8, "DB_PASSWORD": 17,
        "PROD_DB_PASSWORD": 17, "GH_TOKEN": 18, "REGION": 19, "AWS_REGION": 19, "PATHS": 23,
        "DEPLOY_TOKEN": 24, "SLACK_WEBHOOK": 26,
    }  # fmt: skip
    secret = {m.name for m in mentions if m.secret}
    assert secret == {
        *("CALLED_TOKEN", "OTHER_TOKEN", "DB_PASSWORD", "PROD_DB_PASSWORD"),
        *("DEPLOY_TOKEN", "SLACK_WEBHOOK"),
    }
    assert one(mentions, "AWS_REGION").secret is False
    assert one(mentions, "CALLED_TOKEN").required
    assert one(mentions, "OTHER_TOKEN").required is False
    assert one(mentions, "DB_PASSWORD").environment == "production"
    assert one(mentions, "DB_PASSWORD").note == "from PROD_DB_PASSWORD"
    assert default(mentions, "DJANGO_SECRET_KEY") is Value.PLACEHOLDER


def test_dangers_and_gaps_are_named() -> None:
    assert troubles(github_actions, PATH, FILE) == [
        (12, "names-elsewhere"),
        (25, "secrets-dumped"),
        (27, "names-elsewhere"),
    ]
