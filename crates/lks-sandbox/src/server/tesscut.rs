//! TESScut: which sectors saw a position, and cutouts as a zip file.

use std::io::{Cursor, Write};
use std::sync::Arc;

use serde_json::{Value, json};

use super::reply::Reply;
use super::request::Request;
use super::service::Service;

/// The side of the largest cutout in pixels.
const MAX_SIDE: usize = 100;
/// Degrees that a TESS pixel covers.
const PIXEL: f64 = 21.0 / 3600.0;

pub(crate) fn sector(service: &Service, request: &Request) -> Reply {
    let (ra, dec) = match position(request) {
        Ok(position) => position,
        Err(refusal) => return refusal,
    };
    let results: Vec<Value> = service
        .world
        .sectors(ra, dec)
        .iter()
        .map(|row| {
            json!({
                "sectorName": row.name(), "sector": format!("{:04}", row.sector),
                "camera": row.camera.to_string(), "ccd": row.ccd.to_string(),
            })
        })
        .collect();
    Reply::json(200, &json!({"results": results}))
}

pub(crate) fn astrocut(service: &Service, request: &Request) -> Reply {
    let Ok(permit) = Arc::clone(&service.cutouts).try_acquire_owned() else {
        return Reply::page(503);
    };
    let mut reply = cutouts(service, request).unwrap_or_else(|refusal| refusal);
    reply.permit = Some(permit);
    reply
}

fn cutouts(service: &Service, request: &Request) -> Result<Reply, Reply> {
    let (ra, dec) = position(request)?;
    let (nx, ny) = (side(request, "x")?, side(request, "y")?);
    let wanted = match request.parameter("sector") {
        None | Some("") => None,
        Some(text) => Some(text.parse::<u16>().map_err(|_| bad("sector must be an integer"))?),
    };
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    let mut num_members = 0;
    for row in service
        .world
        .sectors(ra, dec)
        .iter()
        .filter(|row| wanted.is_none_or(|sector| sector == row.sector))
    {
        let Some(fits) = service.world.cutout(ra, dec, ny, nx, row.sector) else {
            continue;
        };
        let name = format!("{}_{ra:.6}_{dec:.6}_{nx}x{ny}_astrocut.fits", row.name());
        archive.start_file(name, options).map_err(|_| Reply::page(500))?;
        archive.write_all(&fits).map_err(|_| Reply::page(500))?;
        num_members += 1;
    }
    if num_members == 0 {
        let msg = "No TESS FFIs were found for the requested coordinates.";
        return Ok(Reply::json(200, &json!({"results": [], "msg": msg})));
    }
    let zip = archive.finish().map_err(|_| Reply::page(500))?.into_inner();
    Ok(
        Reply::with_body(200, "application/zip", zip)
            .header("Content-Disposition", "attachment; filename=astrocut.zip"),
    )
}

fn position(request: &Request) -> Result<(f64, f64), Reply> {
    let number = |name: &str| {
        let text = request
            .parameter(name)
            .ok_or_else(|| bad(&format!("missing required parameter '{name}'")))?;
        text.trim()
            .parse::<f64>()
            .map_err(|_| bad(&format!("'{name}' must be a number in degrees")))
    };
    let (ra, dec) = (number("ra")?, number("dec")?);
    if !(0.0..=360.0).contains(&ra) || !(-90.0..=90.0).contains(&dec) {
        return Err(bad("ra must be between 0 and 360, dec between -90 and 90 degrees"));
    }
    Ok((ra, dec))
}

/// The number of pixels along one axis; sizes in angles are rounded up to whole pixels.
fn side(request: &Request, axis: &str) -> Result<usize, Reply> {
    let text = request.parameter(axis).unwrap_or("5").trim();
    let size = text
        .parse::<f64>()
        .map_err(|_| bad(&format!("'{axis}' must be a number")))?;
    let degrees_per_unit = match request.parameter("units").unwrap_or("px") {
        "px" => None,
        "d" => Some(1.0),
        "m" => Some(1.0 / 60.0),
        "s" => Some(1.0 / 3600.0),
        units => return Err(bad(&format!("unknown units '{units}', must be one of px, d, m, s"))),
    };
    let pixels = degrees_per_unit.map_or(size, |degrees| (size * degrees / PIXEL).ceil());
    if !(pixels >= 1.0 && pixels <= MAX_SIDE as f64) {
        return Err(bad(&format!("'{axis}' must be between 1 and {MAX_SIDE} pixels")));
    }
    Ok(pixels as usize)
}

fn bad(msg: &str) -> Reply {
    Reply::json(400, &json!({"msg": msg}))
}
