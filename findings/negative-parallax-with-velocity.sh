#!/bin/sh
# A star with a negative parallax and a radial velocity stays where it is in apply_space_motion; without the velocity its position becomes NaN.
#
# Seen with astropy 7.2.0: a star of 12 and -7 mas/yr, moved from 2016.0 to 2024.5, is 118 mas away from where it was. With parallax -0.35 mas, as every
# second faint star of Gaia has one, and Distance(parallax=…, allow_negative=True), which makes the distance NaN:
#   without a radial velocity   RA and Dec are NaN;
#   with radial_velocity=20 km/s   RA and Dec are those of 2016.0, and the distance is 10,000,000 pc. The only signs are the warnings 'invalid value encountered
#   in pmsafe' and 'ERFA function "pmsafe" yielded 1 of "binary logical OR of the above warnings"'.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/python"
"$folder/python/bin/pip" install --quiet --no-compile astropy==7.2.0 numpy==2.3.5
"$folder/python/bin/python" - <<'PYTHON'
import sys
import warnings

import astropy.units as u
import numpy as np
from astropy.coordinates import Distance, SkyCoord
from astropy.time import Time

start, end = Time(2016.0, format="jyear"), Time(2024.5, format="jyear")


def moved(**more):
    star = SkyCoord(100 * u.deg, -30 * u.deg, pm_ra_cosdec=12 * u.mas / u.yr, pm_dec=-7 * u.mas / u.yr, obstime=start, **more)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        there = star.apply_space_motion(new_obstime=end)
    return there, [str(warning.message) for warning in caught]


with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    negative = Distance(parallax=-0.35 * u.mas, allow_negative=True)
plain, _ = moved()
without, _ = moved(distance=negative)
with_velocity, told = moved(distance=negative, radial_velocity=20 * u.km / u.s)
here = SkyCoord(100 * u.deg, -30 * u.deg)
print("without parallax:", here.separation(SkyCoord(plain.ra, plain.dec)).mas, "mas from 2016.0")
print("negative parallax:", without.ra.deg, without.dec.deg)
print("negative parallax and velocity:", here.separation(SkyCoord(with_velocity.ra, with_velocity.dec)).mas, "mas,", with_velocity.distance, told)
as_seen = (
    abs(here.separation(SkyCoord(plain.ra, plain.dec)).mas - 118.09) < 0.01
    and np.isnan(without.ra.deg)
    and here.separation(SkyCoord(with_velocity.ra, with_velocity.dec)).mas < 1e-3
    and abs(with_velocity.distance.pc - 1e7) < 1
    and len(told) == 2
)
sys.exit(0 if as_seen else 1)
PYTHON
