//! A miniature MAST, resolver, TESScut and S3 on loopback, with deterministic data and scripted misbehaviour
