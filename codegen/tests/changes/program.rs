// A program that depends on all that users of the emitted module can depend on.
use ucwa::enumerations::{Colour, Mood};
use ucwa::home::{Lamp, LampDeleteError, LampGetError, Room, RoomGetError, RoomPostError};
use ucwa::power::{Dim, DimInput, DimPostError, Dimming, DimmingGetError};
use ucwa::{Fetched, GenericError, Link, Related, RelatedList};

fn fields(lamp: &Lamp) -> (Option<Colour>, Option<String>, Option<bool>) {
    (lamp.colour.clone(), lamp.label.clone(), lamp.lit)
}

fn methods<'a>(lamp: &'a Lamp, room: &'a Room) -> (Related<'a, Dim>, Related<'a, Room>, RelatedList<'a, Lamp>) {
    (lamp.dim(), lamp.room(), room.lamp())
}

fn verbs(lamp: &Link<Lamp>, room: &Link<Room>, dim: &Link<Dim>, dimming: &Link<Dimming>) {
    let input: DimInput = DimInput::new("low", true);
    let (level, slowly): (&String, bool) = (&input.level, input.slowly);
    let mood: &Option<String> = &input.mood;
    println!("{level} {slowly} {mood:?}");
    let _ = (lamp.get(), lamp.delete(), room.get(), room.post(), dim.post_with(input), dimming.get());
}

fn responses()
where
    Lamp: ucwa::Get<Response = Fetched<Lamp>, Error = LampGetError> + ucwa::Delete<Error = LampDeleteError>,
    Room: ucwa::Get<Response = Fetched<Room>, Error = RoomGetError> + ucwa::Post<Input = ucwa_runtime::NoInput, Response = (), Error = RoomPostError>,
    Dim: ucwa::Post<Input = DimInput, Response = Fetched<Dimming>, Error = DimPostError>,
    Dimming: ucwa::Get<Response = Fetched<Dimming>, Error = DimmingGetError>,
{
}

fn values() -> [Colour; 3] {
    let unlisted = |colour: Colour| matches!(colour, Colour::Unlisted(_));
    println!("{}", unlisted(Colour::Red));
    [Colour::Red, Colour::Blue, Colour::Blue]
}

fn errors(lamp: LampGetError, dim: DimPostError, generic: GenericError) -> bool {
    let lamp = match lamp {
        LampGetError::Gone | LampGetError::BulbMissing => true,
        _ => false,
    };
    lamp || matches!(dim, DimPostError::TooDark | DimPostError::Conflict)
        || matches!(generic, GenericError::NotFound | GenericError::Unplugged)
        || LampDeleteError::Forbidden == LampDeleteError::Forbidden
}

fn events(event: ucwa::events::Documented<'_>) -> bool {
    matches!(event, ucwa::events::Documented::LampUpdated(_))
}

fn main() {
    let _ = (fields, methods, verbs, responses, values, errors, events, Mood::Cosy);
}
