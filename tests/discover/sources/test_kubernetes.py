"""Tests for strongroom.discover.sources.kubernetes."""

import base64

from tests.discover.sources.reading import default, found, one, short, troubles

from strongroom.discover.sources import kubernetes
from strongroom.source.values import Value

MADE = base64.b64encode(b"changeme").decode()
FILE = f"""
    apiVersion: v1
    kind: Secret
    data:
      db-password: {MADE}
      tls.key: '{{{{ .Values.key | b64enc }}}}'
    stringData:
      API_KEY: k3Jd8sLq2Pz7Xv1Wm5Yb9Rt4
    ---
    apiVersion: apps/v1
    kind: Deployment
    spec:
      template:
        spec:
          containers:
          - name: api
            envFrom:
            - secretRef: {{name: all}}
            env:
            - name: DB_PASSWORD
              valueFrom:
                secretKeyRef:
                  name: app
                  key: db-password
            {{{{- if .Values.debug }}}}
            - name: LOG_LEVEL
              value: info
            {{{{- end }}}}
            - name: REGION
              valueFrom:
                configMapKeyRef: {{name: app, key: region}}
            - {{name: INLINE, value: "changeme"}}
    ---
    apiVersion: bitnami.com/v1alpha1
    kind: SealedSecret
    spec:
      encryptedData:
        SEALED_KEY: AgBy3i4OJSWK
    ---
    apiVersion: external-secrets.io/v1
    kind: ExternalSecret
    spec:
      data:
      - secretKey: EXTERNAL_KEY
        remoteRef: {{key: prod/app, property: key}}
      dataFrom:
      - extract: {{key: all}}
    ---
    apiVersion: v1
    kind: ConfigMap
    data:
      SMTP_PASSWORD: insights-2024
    """


def test_manifests() -> None:
    mentions = found(kubernetes, "deploy/production/app.yaml", FILE)

    assert {m.name: m.secret for m in mentions} == {
        "db-password": True, "tls.key": True, "API_KEY": True, "DB_PASSWORD": True,
        "LOG_LEVEL": None, "REGION": False, "INLINE": None, "SEALED_KEY": True,
        "EXTERNAL_KEY": True, "SMTP_PASSWORD": None,
    }  # fmt: skip
    assert {m.environment for m in mentions} == {"production"}
    assert one(mentions, "DB_PASSWORD").line == 19
    assert one(mentions, "DB_PASSWORD").note == "from db-password"


def test_values_are_judged_also_encoded_ones_and_those_in_a_config_map() -> None:
    mentions = found(kubernetes, "deploy/app.yaml", FILE)

    assert [default(mentions, name) for name in ("db-password", "API_KEY", "INLINE")] == [
        Value.PLACEHOLDER, Value.GENERATED, Value.PLACEHOLDER,
    ]  # fmt: skip
    assert default(mentions, "SMTP_PASSWORD") is Value.LITERAL
    assert default(mentions, "SEALED_KEY") is None
    assert default(mentions, "tls.key") is Value.REFERENCE


def test_names_that_stand_nowhere_are_said() -> None:
    assert [code for _, code in troubles(kubernetes, "a.yaml", FILE)] == ["names-elsewhere"] * 2


def test_generators_and_values_of_charts() -> None:
    kustomize = "secretGenerator:\n- name: a\n  literals:\n  - API_TOKEN=x\n  - B_KEY=\n"
    values = "image: x\nenv:\n  API_KEY: ''\n  nested: {a: b}\nextraEnv:\n- name: OTHER\n"

    assert short(kubernetes, "kustomization.yaml", kustomize) == {
        ("API_TOKEN", 4, "injected"), ("B_KEY", 5, "injected"),
    }  # fmt: skip
    assert short(kubernetes, "chart/values-prod.yaml", values) == {
        ("API_KEY", 3, "injected"), ("OTHER", 6, "injected"),
    }  # fmt: skip


def test_other_yaml_is_nothing() -> None:
    assert found(kubernetes, "mkdocs.yml", "env: {A_KEY: x}\nsecrets: [a]\n") == []
