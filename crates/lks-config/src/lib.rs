//! Layered settings of lksearch: every value knows where it came from
