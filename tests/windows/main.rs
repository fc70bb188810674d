//! The built app in real windows.

/// The window is for those, too, who do not see it well, or have no mouse.
mod a11y;
/// Closing the window while hosting asks, and does what was answered.
mod closing;
/// What is selected is copied whole, and nothing of a browser is in the window.
mod copying;
/// "Can others connect?" is asked and answered in the window.
mod doctor;
/// Why one does not get into a room, or cannot host one, is told in one's own language.
mod errors;
/// Everybody is in one room, each by their own way in.
mod everybody;
/// A start that fails says so in a window, and names the folder.
mod failed_start;
/// The way in is short.
mod first_steps;
/// The keyboard goes where one types.
mod focus;
/// What leaves the app: an address to the clipboard, a link to what opens links here.
mod handing_out;
/// Whatever somebody writes is text, stays in its place, and leads nowhere else.
mod hostile;
/// What an input method composes stands in the box, and its keys are its own.
mod input_methods;
/// What is composed in Markdown is what is sent, and a tool between takes nothing of it.
mod input_methods_marks;
/// What is composed is offered nothing before it is said, and then what fits.
mod input_methods_offers;
/// What is composed goes on while the strip above the box comes and goes.
mod input_methods_strips;
/// What is done with a line is seen by everybody.
mod lines;
/// Links to rooms lead where they say, by what they bring, and into the same room once.
mod links;
/// Rooms remember: a line outlives the app that it was written in.
mod memory;
/// A `hearth://` link opens the app, and nothing is entered before the user says so.
mod opened;
/// The picture in the README is taken.
mod picture;
/// The window comes back as it was: where it stood, how large, and maximised.
mod placement;
/// A quit that waits for others does not eat the next start.
mod quitting;
/// Who can connect to a room is what was chosen for it.
mod reach;
/// A room that is not hosted is there to be read, by its owner alone.
mod resting;
/// Two people with the app meet and talk; the room goes and comes back.
mod room;
/// One is in several rooms at once.
mod rooms;
/// What a user has chosen shows at once, and is there again at the next start.
mod settings;
/// The computer does not fall asleep under a room that it hosts for others.
mod sleep;
/// Where the desktop has a tray, hosting goes on there.
mod tray;
/// The app talks in the tutorial's room.
mod tutorial_server;
/// What is unread stands in the title, and asks for attention once.
mod unread;
/// Who writes sees what comes meanwhile.
mod writing;
/// The page has the size that was chosen for it.
mod zoom;
