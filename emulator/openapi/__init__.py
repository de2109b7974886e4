"""The Open API of the PBX, ``/openapi/v1.0`` and the CDR part of ``/openapi/v2.0``."""
