"""Tests for strongroom.discover.sources.pipelines."""

from tests.discover.sources.reading import default, found, one, short, troubles

from strongroom.discover.sources import pipelines
from strongroom.source.values import Value

GITLAB = """
    variables:
      DB_PASSWORD: changeme
      DEPLOY_TO: {value: staging, description: where}
    deploy:
      secrets:
        VAULT_KEY: {vault: a/b@c}
      script:
        - echo $CI_COMMIT_SHA $DB_PASSWORD
        - |
          deploy --token "$DEPLOY_TOKEN"
    """
CIRCLE = """
    jobs:
      build:
        docker:
          - image: x
            auth: {username: $HUB_USER, password: $HUB_PASSWORD}
        environment: {LEVEL: info}
        steps:
          - run: upload "$UPLOAD_KEY"
          - run:
              command: |
                echo $CIRCLE_SHA1 ${OTHER_KEY:?}
    workflows:
      all:
        jobs:
          - build: {context: org}
    """
JENKINS = """
    pipeline {
      environment {
        NPM_TOKEN = credentials('npm')
        LEVEL = 'info'
        // OLD = credentials('old')
      }
      parameters { password(name: 'ADMIN_PW', defaultValue: 'x') }
      steps {
        withCredentials([string(credentialsId: 'a', variable: 'A_KEY'),
          usernamePassword(credentialsId: 'b', usernameVariable: 'B_USER', passwordVariable: 'B_PW')]) {
          sh "curl ${env.TARGET_URL} ${env.BUILD_ID}"
        }
      }
    }
    """


def test_gitlab() -> None:
    mentions = found(pipelines, ".gitlab-ci.yml", GITLAB)

    assert {m.name: m.line for m in mentions} == {
        "DB_PASSWORD": 2, "DEPLOY_TO": 3, "VAULT_KEY": 6, "DEPLOY_TOKEN": 10,
    }  # fmt: skip
    assert default(mentions, "DB_PASSWORD") is Value.PLACEHOLDER
    assert one(mentions, "VAULT_KEY").secret


def test_circleci() -> None:
    mentions = found(pipelines, ".circleci/config.yml", CIRCLE)

    assert {m.name: m.secret for m in mentions} == {
        "HUB_USER": None, "HUB_PASSWORD": True, "LEVEL": None, "UPLOAD_KEY": None,
        "OTHER_KEY": None,
    }  # fmt: skip
    assert one(mentions, "OTHER_KEY").required
    assert troubles(pipelines, ".circleci/config.yml", CIRCLE) == [(15, "names-elsewhere")]


def test_jenkins() -> None:
    assert short(pipelines, "Jenkinsfile", JENKINS) == {
        ("NPM_TOKEN", 3, "injected"), ("LEVEL", 4, "injected"), ("ADMIN_PW", 7, "read"),
        ("A_KEY", 9, "injected"), ("B_USER", 10, "injected"), ("B_PW", 10, "injected"),
        ("TARGET_URL", 11, "read"),
    }  # fmt: skip
