//! The states of a negotiation of video.

/// There is no video.
#[derive(Debug)]
pub enum Quiet {}

/// This end has asked for video, and the peer has not answered.
#[derive(Debug)]
pub enum Asked {}

/// The peer has asked for video, and this end has not answered.
#[derive(Debug)]
pub enum Requested {}

/// Both ends have agreed. Each switches its own camera.
#[derive(Debug)]
pub enum Running {}
