//! Histories: pages of our own and one change to them each, with the report that is expected.

use std::collections::{BTreeMap, BTreeSet};

use ucwa_codegen::compare::{Action, Class, Comparison, Rule, SchemaChange, compare, surface, text};
use ucwa_codegen::diagnostics::Drawing;
use ucwa_codegen::emit::Root;
use ucwa_codegen::generate::generate;
use ucwa_schema::{Enumeration, Errors, Member, Relation, Resource, Schema};

use crate::common::{Pages, edit, house, schema};

/// A change to pages.
pub(crate) struct History {
    /// What happens.
    pub(crate) name: &'static str,
    /// The pages before, as changes to those that all begin with.
    before: &'static [Edit],
    /// What is done to them.
    edits: &'static [Edit],
    /// What a program can use of the pages before that those that all begin with do not have.
    pub(crate) program: &'static str,
}

/// A change to a page.
enum Edit {
    /// The only occurrence of a text in a page is replaced.
    Replace(&'static str, &'static str, &'static str),
    /// A page is made from another one, with a text that is replaced wherever it is.
    Copy(&'static str, &'static str, &'static str, &'static str),
    /// A page is gone.
    Remove(&'static str),
    /// What the pages say is changed by hand, as errata and people do.
    Hand(fn(&mut Schema)),
}

use Edit::{Copy, Hand, Remove, Replace};

/// A history whose pages before are those that all begin with.
const fn history(name: &'static str, edits: &'static [Edit]) -> History {
    History { name, before: &[], edits, program: "" }
}

const LEVEL: &str = "|level|How dark.String|Yes|\n";
const SLOWLY: &str = "|slowly|Whether to take time.Boolean|Yes|\n";

/// The table of a parameter in the address.
macro_rules! query {
    ($row:literal) => {
        concat!(
            "#### Query parameters\n\n|**Name**|**Description**|**Required?**|\n|:-----|:-----|:-----|\n",
            $row,
            "\n"
        )
    };
}

const UNTIL_IN_THE_ADDRESS: &str = concat!(query!("|until|How long. String|No|"), "\n#### Request body\n");
const MOOD_IN_THE_ADDRESS: &str =
    concat!(query!("|mood|What for.The maximum length is 40 characters. String|No|"), "\n#### Request body\n");

/// With what dimming can fail after it has begun.
const REASONS: Edit = Hand(|schema| {
    let text = r#"{ "edition": "2016-09", "rows": [{ "code": "Gone" }, { "code": "Gone", "subcode": "Unplugged" }] }"#;
    resource(schema, "dimming").reasons = serde_json::from_str(text).expect("reasons");
    schema.list_reasons(&Errors::default());
});

/// An operation that goes on after its response, as its input tells.
const GOES_ON: Edit = Hand(|schema| {
    let mut id = resource(schema, "dim").operations[0].input[2].clone();
    id.name = "operationId".into();
    resource(schema, "dim").operations[0].input.push(id);
});

/// What a value means.
const RED: Edit = Hand(|schema| member(schema, "Red").summary = Some("As bricks are.".into()));

const USE_OF_REASONS: &str = "fn late(event: &ucwa_runtime::Event) -> bool {\n    \
    use ucwa::power::DimmingReason;\n    \
    matches!(event.reason_of::<Dimming>(), Some(DimmingReason::Gone | DimmingReason::Unplugged))\n}\n";

pub(crate) const HISTORIES: &[History] = &[
    history("a resource is added", &[Copy("dimming_ref.md", "rug_ref.md", "dimming", "rug")]),
    history("a resource is removed", &[Remove("dimming_ref.md")]),
    history(
        "a resource is removed and another one is added",
        &[Copy("dimming_ref.md", "rug_ref.md", "dimming", "rug"), Remove("dimming_ref.md")],
    ),
    history(
        "a category is changed",
        &[
            Replace("resources.md", "- [dimming](dimming_ref.md)\n", ""),
            Replace("resources.md", "- [room]", "- [dimming](dimming_ref.md)\n- [room]"),
        ],
    ),
    history("a later revision is added", &[Copy("dimming_ref.md", "dimming2_ref.md", "# dimming\n", "# dimming2\n")]),
    history(
        "a type name is taken by another resource",
        &[Copy("dimming_ref.md", "dimInput_ref.md", "dimming", "dimInput")],
    ),
    history(
        "a permission is added",
        &[Replace("lamp_ref.md", "|House.Read|", "|House.Own|Own it|Lets it keep.|\n|House.Read|")],
    ),
    history("a permission is removed", &[Replace("lamp_ref.md", "|House.Read|See the house|Lets it look.|\n", "")]),
    history("a property is added", &[Replace("lamp_ref.md", "|lit|", "|scent|What it smells of.|\n|lit|")]),
    history(
        "a property is removed",
        &[Replace("lamp_ref.md", "|label|What is on it.The maximum length is 20 characters.|\n", "")],
    ),
    history("a property is renamed", &[Replace("lamp_ref.md", "|label|", "|title|")]),
    history("a property is renamed by case alone", &[Replace("lamp_ref.md", "|label|", "|Label|")]),
    history(
        "a property is renamed by case alone and gets another type",
        &[
            Replace("lamp_ref.md", "|label|", "|Label|"),
            Replace("lamp_ref.md", "|What is on it.", "|What is on it ([Mood](Mood_ref.md))."),
        ],
    ),
    history(
        "a property takes the place of one of another type",
        &[Replace("lamp_ref.md", "|label|What is on it.The", "|mood|How it feels ([Mood](Mood_ref.md)).The")],
    ),
    history(
        "a property is replaced by two, of which the first says the same",
        &[Replace("lamp_ref.md", "|label|", "|title|What is on it.The maximum length is 20 characters.|\n|subtitle|")],
    ),
    history(
        "two properties are replaced by two that say the same in another order",
        &[
            Replace("lamp_ref.md", "|colour|Its colour ([Colour](Colour_ref.md)).|\n", ""),
            Replace("lamp_ref.md", "|label|", "|title|"),
            Replace("lamp_ref.md", "|lit|", "|hue|Its colour ([Colour](Colour_ref.md)).|\n|lit|"),
        ],
    ),
    history(
        "a property goes, and one that says the same comes elsewhere",
        &[
            Replace("lamp_ref.md", "|label|What is on it.The maximum length is 20 characters.|\n", ""),
            Replace("lamp_ref.md", "|colour|", "|title|What is on it.The maximum length is 20 characters.|\n|colour|"),
        ],
    ),
    history(
        "a property gets another type",
        &[Replace("lamp_ref.md", "|What is on it.", "|What is on it ([Mood](Mood_ref.md)).")],
    ),
    history("a property is limited more", &[Replace("lamp_ref.md", "length is 20", "length is 10")]),
    history(
        "properties change places",
        &[
            Replace("lamp_ref.md", "|lit|Whether it shines.|\n", ""),
            Replace("lamp_ref.md", "|label|", "|lit|Whether it shines.|\n|label|"),
        ],
    ),
    history("a link is added", &[Replace("lamp_ref.md", "|room|Where", "|bulb|What is in it.|\n|room|Where")]),
    history("a link is removed", &[Replace("lamp_ref.md", "|room|Where it stands.|\n", "")]),
    history("a link is renamed", &[Hand(|schema| resource(schema, "lamp").links[2].rel = "den".into())]),
    history(
        "a link is renamed by case alone",
        &[Hand(|schema| resource(schema, "lamp").links[2].rel.make_ascii_uppercase())],
    ),
    history(
        "a link goes from one to many",
        &[Replace(
            "lamp_ref.md",
            "\"room\" : { \"href\" : \"/room\" }",
            "\"room\" : [{ \"href\" : \"/room\" }, { \"href\" : \"/den\" }]",
        )],
    ),
    history(
        "a link is embedded",
        &[Replace(
            "lamp_ref.md",
            "    \"room\" : { \"href\" : \"/room\" }\n  }\n",
            "    \"room\" : { \"href\" : \"/room\" }\n  },\n  \"_embedded\" : { \"room\" : { \"rel\" : \"room\" } }\n",
        )],
    ),
    History {
        name: "a page is added that links lead to",
        before: &[Replace("lamp_ref.md", "|room|Where", "|bulb|What is in it.|\n|room|Where")],
        edits: &[Copy("dimming_ref.md", "bulb_ref.md", "dimming", "bulb")],
        program: "fn bulb(lamp: &Lamp) -> Related<'_, ucwa::Untyped> {\n    lamp.bulb()\n}\n",
    },
    History {
        name: "a resource is no longer embedded, and nothing else holds it",
        before: &[Hand(|schema| dims(schema).embedded = true)],
        edits: &[Hand(|schema| dims(schema).embedded = false)],
        program: "fn dims() -> Vec<Dim> {\n    vec![Dim::default()]\n}\n",
    },
    history(
        "an event is added",
        &[Replace(
            "lamp_ref.md",
            "|lamp|Medium|room|It was touched.|",
            "|lamp|Medium|room|It was touched.|\n|lamp|Medium|me|It was mine.|",
        )],
    ),
    history(
        "an event is removed",
        &[Replace(
            "lamp_ref.md",
            "## Events\n\n### Updated\n\n|**Resource**|**Priority**|**Sender**|**Reason**|\n|:-----|:-----|:-----|:-----|\n|lamp|Medium|room|It was touched.|\n\n",
            "",
        )],
    ),
    history("an event gets another priority", &[Replace("lamp_ref.md", "|lamp|Medium|", "|lamp|High|")]),
    history(
        "an operation is added",
        &[Replace(
            "dimming_ref.md",
            "## Operations\n",
            "## Operations\n\n### DELETE\n\nStops.\n\n#### Request body\n\nNone\n\n#### Response body\n\nNone\n",
        )],
    ),
    history(
        "an operation is removed",
        &[Replace(
            "room_ref.md",
            "### POST\n\nTidies up.\n\n#### Request body\n\nNone\n\n#### Response body\n\nNone\n",
            "",
        )],
    ),
    history("a required parameter is added", &[Replace("dim_ref.md", "|mood|", "|until|How long.String|Yes|\n|mood|")]),
    history("an optional parameter is added", &[Replace("dim_ref.md", "|mood|", "|until|How long.String|No|\n|mood|")]),
    history("a required parameter is removed", &[Replace("dim_ref.md", LEVEL, "")]),
    history(
        "an optional parameter is removed",
        &[Replace("dim_ref.md", "|mood|What for.The maximum length is 40 characters.String|No|\n", "")],
    ),
    history(
        "a parameter becomes required",
        &[Replace("dim_ref.md", "characters.String|No|", "characters.String|Yes|")],
    ),
    history("a parameter becomes optional", &[Replace("dim_ref.md", "How dark.String|Yes|", "How dark.String|No|")]),
    history(
        "required parameters change places",
        &[
            Replace("dim_ref.md", LEVEL, ""),
            Replace("dim_ref.md", SLOWLY, "|slowly|Whether to take time.Boolean|Yes|\n|level|How dark.String|Yes|\n"),
        ],
    ),
    history("a required parameter is renamed", &[Replace("dim_ref.md", "|level|", "|degree|")]),
    history(
        "a parameter takes the place of one of another type",
        &[Replace("dim_ref.md", "|slowly|Whether to take time.Boolean|", "|steps|How many.Int32|")],
    ),
    history(
        "an optional parameter takes the place of a required one",
        &[Replace("dim_ref.md", LEVEL, "|degree|How dark.String|No|\n")],
    ),
    history("a parameter is renamed by case alone", &[Replace("dim_ref.md", "|mood|", "|Mood|")]),
    history("a parameter gets another type", &[Replace("dim_ref.md", "time.Boolean", "time.Int32")]),
    history("a parameter is limited more", &[Replace("dim_ref.md", "length is 40", "length is 30")]),
    history(
        "a parameter goes into the address",
        &[
            Replace("dim_ref.md", "|mood|What for.The maximum length is 40 characters.String|No|\n", ""),
            Replace("dim_ref.md", "#### Request body\n", MOOD_IN_THE_ADDRESS),
        ],
    ),
    history(
        "a parameter goes into the address, and one that says the same takes its place",
        &[
            Replace("dim_ref.md", "|mood|", "|feeling|"),
            Replace("dim_ref.md", "#### Request body\n", MOOD_IN_THE_ADDRESS),
        ],
    ),
    History {
        name: "a parameter of body and address leaves the body",
        before: &[Replace("dim_ref.md", "#### Request body\n", MOOD_IN_THE_ADDRESS)],
        edits: &[Replace("dim_ref.md", "|mood|What for.The maximum length is 40 characters.String|No|\n", "")],
        program: "",
    },
    History {
        name: "a parameter of the address goes into the body too",
        before: &[Replace("dim_ref.md", "#### Request body\n", UNTIL_IN_THE_ADDRESS)],
        edits: &[Replace(
            "dim_ref.md",
            "40 characters.String|No|\n",
            "40 characters.String|No|\n|until|How long.String|No|\n",
        )],
        program: "",
    },
    history(
        "an operation without parameters gets an optional one",
        &[Replace(
            "room_ref.md",
            "Tidies up.\n\n#### Request body\n\nNone\n",
            "Tidies up.\n\n#### Request body\n\n|**Name**|**Description**|**Required?**|\n|:-----|:-----|:-----|\n|well|How well.String|No|\n",
        )],
    ),
    history(
        "an operation without parameters gets a required one",
        &[Replace(
            "room_ref.md",
            "Tidies up.\n\n#### Request body\n\nNone\n",
            "Tidies up.\n\n#### Request body\n\n|**Name**|**Description**|**Required?**|\n|:-----|:-----|:-----|\n|well|How well.String|Yes|\n",
        )],
    ),
    history(
        "a response is another resource",
        &[Replace("dim_ref.md", "|[dimming](dimming_ref.md)|", "|[lamp](lamp_ref.md)|")],
    ),
    history(
        "a response becomes an address",
        &[Replace("dim_ref.md", "201 Created\n", "201 Created\nLocation: /dimming\n")],
    ),
    history("a response has another status", &[Replace("dim_ref.md", "201 Created", "200 OK")]),
    history(
        "an error is added",
        &[Replace("lamp_ref.md", "|Gone|410|", "|Gone|410|Stolen|It was stolen.|\n|Gone|410|")],
    ),
    history("an error vanishes", &[Replace("lamp_ref.md", "|Conflict|409|BulbMissing|Nothing is in it.|\n", "")]),
    history("an error has another status", &[Replace("lamp_ref.md", "|Conflict|409|", "|Conflict|400|")]),
    history("an error has another cause", &[Replace("lamp_ref.md", "It was sold.", "It was given away.")]),
    history(
        "a subcode comes with a second code",
        &[Replace("lamp_ref.md", "|Gone|410|", "|Gone|410|TooDark|Nobody can see it.|\n|Gone|410|")],
    ),
    history(
        "an error keeps its subcode and changes its code",
        &[Replace("lamp_ref.md", "|Conflict|409|BulbMissing|", "|Gone|409|BulbMissing|")],
    ),
    history("an enumeration is added", &[Copy("Mood_ref.md", "Scent_ref.md", "Mood", "Scent")]),
    history("an enumeration is removed", &[Remove("Mood_ref.md")]),
    history("an enumeration that a property has is removed", &[Remove("Colour_ref.md")]),
    history("a member is added", &[Replace("Colour_ref.md", "|Red|", "|Green|As grass.|\n|Red|")]),
    history("a member without a summary takes the place of another", &[Replace("Colour_ref.md", "|Red|", "|Green|")]),
    History {
        name: "a member is renamed",
        before: &[RED],
        edits: &[Hand(|schema| member(schema, "Red").name = "Crimson".into())],
        program: "",
    },
    history("a member is renamed by case alone", &[Replace("Colour_ref.md", "|Blue|", "|blue|")]),
    history("a member is written with other signs", &[Hand(|schema| member(schema, "Blue").name = "Blue+".into())]),
    history("a member is removed", &[Replace("Colour_ref.md", "|Red|As bricks.|\n", "")]),
    history(
        "a member takes the name for what is not listed",
        &[Replace("Colour_ref.md", "|Red|", "|Unlisted|Not there.|\n|Red|")],
    ),
    history("a generic error is added", &[Replace("errors.md", "|NotFound|", "|Broken|It is broken.|\n|NotFound|")]),
    history("a generic error is removed", &[Replace("errors.md", "|Unplugged|There is no power.|\n", "")]),
    // What is called otherwise, or nearly so, with names in Rust that stay.
    history(
        "an enumeration is renamed by case alone",
        &[Hand(|schema| schema.enumerations = enumerations_with(schema, "Mood", "mood", |_| true))],
    ),
    history(
        "an enumeration is renamed by case alone and loses a member",
        &[Hand(|schema| schema.enumerations = enumerations_with(schema, "Mood", "mood", |member| member != "Cosy"))],
    ),
    history(
        "a resource is renamed by case alone on its own page",
        &[Replace("dimming_ref.md", "# dimming\n", "# Dimming\n")],
    ),
    history("a resource is renamed by case alone", &[Hand(|schema| rename(schema, "room", "Room"))]),
    history(
        "a resource is renamed by case alone and loses a link",
        &[Hand(|schema| {
            rename(schema, "room", "Room");
            resource(schema, "Room").links.retain(|link| link.rel != "lamp");
        })],
    ),
    history("a property takes the name of a link", &[Replace("lamp_ref.md", "|lit|", "|room|Where.|\n|lit|")]),
    History {
        name: "a link is called like a method that resources have",
        before: &[],
        edits: &[Replace("lamp_ref.md", "|room|Where", "|registry|Where it is bought.|\n|room|Where")],
        program: "fn registry(lamp: &Lamp) -> &'static ucwa_runtime::Registry {\n    use ucwa::Object;\n    lamp.registry()\n}\n",
    },
    History {
        name: "a link is called like a method that all types have",
        before: &[],
        edits: &[Replace("lamp_ref.md", "|room|Where", "|toOwned|Whose it becomes.|\n|room|Where")],
        program: "fn owned(lamp: &Lamp) -> Lamp {\n    lamp.to_owned()\n}\n",
    },
    History {
        name: "a GET without parameters gets an optional one",
        before: &[],
        edits: &[Replace(
            "room_ref.md",
            "Looks around.\n",
            concat!("Looks around.\n\n", query!("|far|How far.String|No|")),
        )],
        program: "fn query() where Room: ucwa::Get<Query = ucwa_runtime::NoQuery> {}\n",
    },
    history("the link to itself is left out", &[Replace("lamp_ref.md", "|self|Itself.|\n", "")]),
    history(
        "a property can be null",
        &[Hand(|schema| {
            let property = &mut resource(schema, "lamp").properties[1];
            property.kind = ucwa_schema::Type::Nullable(Box::new(property.kind.clone()));
        })],
    ),
    // What no edit of one page leads to, but what errata, people and new samples do.
    history("a rel is changed", &[Hand(|schema| resource(schema, "lamp").rel = "light".into())]),
    history("a revision is changed", &[Hand(|schema| resource(schema, "lamp").revision = 2)]),
    History {
        name: "a revision among others is changed",
        before: &[Copy("dimming_ref.md", "dimming2_ref.md", "# dimming\n", "# dimming2\n")],
        edits: &[Hand(|schema| resource(schema, "dimming2").rel = "dimming2".into())],
        program: "fn later() where Dimming: ucwa::Revised {}\n",
    },
    history("a page is renamed", &[Hand(|schema| resource(schema, "lamp").page = "light_ref.md".into())]),
    history(
        "an introduction is written",
        &[Hand(|schema| {
            schema.introductions.insert("Lights".into(), "What lights the room.".into());
        })],
    ),
    history(
        "a summary is written",
        &[Hand(|schema| resource(schema, "lamp").properties[0].summary = Some("Its hue.".into()))],
    ),
    history("a link leads elsewhere", &[Hand(|schema| resource(schema, "lamp").links[2].target = "dimming".into())]),
    history(
        "a body becomes content",
        &[Hand(|schema| resource(schema, "dim").operations[0].content = vec!["text/plain".into()])],
    ),
    History {
        name: "content gets another media type",
        before: &[Hand(|schema| {
            let mut post = resource(schema, "room").operations[1].clone();
            post.content = vec!["text/plain".into()];
            resource(schema, "dimming").operations.push(post);
        })],
        edits: &[Hand(|schema| resource(schema, "dimming").operations[1].content = vec!["text/html".into()])],
        program: "fn body(dimming: &Link<Dimming>, body: ucwa::Body) {\n    let _ = dimming.post_with(ucwa::power::DimmingInput::new(body));\n}\n",
    },
    history(
        "a response becomes content",
        &[Hand(|schema| resource(schema, "room").operations[0].response.content = Some("image/png".into()))],
    ),
    history("an operation says when it goes on", &[GOES_ON]),
    History {
        name: "what an operation starts is another resource",
        before: &[GOES_ON],
        edits: &[Replace("dim_ref.md", "|[dimming](dimming_ref.md)|", "|[lamp](lamp_ref.md)|")],
        program: "fn started() where DimInput: ucwa_runtime::StartsOperation<Operation = Dimming> {}\n",
    },
    history("an operation can fail after it has begun", &[REASONS]),
    History {
        name: "an operation can fail for a new reason",
        before: &[REASONS],
        edits: &[Hand(|schema| {
            let later = ucwa_schema::ReasonCode { code: "Gone".into(), subcode: Some("TooDark".into()) };
            resource(schema, "dimming").reasons.rows.push(later);
            schema.list_reasons(&Errors::default());
        })],
        program: USE_OF_REASONS,
    },
    History {
        name: "an operation cannot fail for a reason any more",
        before: &[REASONS],
        edits: &[Hand(|schema| {
            resource(schema, "dimming").reasons.rows.remove(1);
            schema.list_reasons(&Errors::default());
        })],
        program: USE_OF_REASONS,
    },
    History {
        name: "reasons come from another edition",
        before: &[REASONS],
        edits: &[Hand(|schema| resource(schema, "dimming").reasons.edition = None)],
        program: USE_OF_REASONS,
    },
    history(
        "a cause is noted that no row has",
        &[Hand(|schema| drop(schema.errors.causes.insert("0".into(), ucwa_schema::Cause::default())))],
    ),
];

fn resource<'a>(schema: &'a mut Schema, name: &str) -> &'a mut Resource {
    schema.resources.get_mut(name).unwrap_or_else(|| panic!("there is no {name}"))
}

/// How a lamp leads to what dims it.
fn dims(schema: &mut Schema) -> &mut Relation {
    resource(schema, "lamp").links.iter_mut().find(|link| link.rel == "dim").expect("a lamp can be dimmed")
}

fn member<'a>(schema: &'a mut Schema, name: &str) -> &'a mut Member {
    let mut members = schema.enumerations.values_mut().flat_map(|enumeration| &mut enumeration.members);
    members.find(|member| member.name == name).unwrap_or_else(|| panic!("there is no {name}"))
}

/// Gives a resource another name, wherever it is led to.
fn rename(schema: &mut Schema, name: &str, other: &str) {
    let mut renamed = schema.resources.remove(name).unwrap_or_else(|| panic!("there is no {name}"));
    renamed.name = other.into();
    schema.resources.insert(other.into(), renamed);
    for resource in schema.resources.values_mut() {
        let responses = resource.operations.iter_mut().filter_map(|operation| operation.response.resource.as_mut());
        let targets = resource.links.iter_mut().map(|link| &mut link.target).chain(responses);
        targets.filter(|target| *target == name).for_each(|target| other.clone_into(target));
    }
}

/// The enumerations with one that has another name, and some of its members.
fn enumerations_with(
    schema: &Schema,
    name: &str,
    other: &str,
    stays: fn(&str) -> bool,
) -> BTreeMap<String, Enumeration> {
    let mut enumerations = schema.enumerations.clone();
    let mut renamed = enumerations.remove(name).unwrap_or_else(|| panic!("there is no {name}"));
    renamed.name = other.into();
    renamed.members.retain(|member| stays(&member.name));
    enumerations.insert(other.into(), renamed);
    enumerations
}

fn apply(edits: &[Edit], pages: &mut Pages) {
    for change in edits {
        match change {
            Replace(page, from, to) => edit(pages, page, from, to),
            Copy(page, name, from, to) => {
                let text = pages[*page].replace(from, to);
                assert!(pages.insert((*name).into(), text).is_none(), "{name} is there already");
            }
            Hand(_) => {}
            Remove(page) => assert!(pages.remove(*page).is_some(), "{page} is not there"),
        }
    }
}

fn by_hand(edits: &[Edit], schema: &mut Schema) {
    for change in edits {
        if let Hand(change) = change {
            change(schema);
        }
    }
}

impl History {
    /// The schemas before and after.
    pub(crate) fn schemas(&self) -> (Schema, Schema) {
        let mut pages = house();
        apply(self.before, &mut pages);
        let mut before = schema(&pages);
        by_hand(self.before, &mut before);
        apply(self.edits, &mut pages);
        let mut after = schema(&pages);
        by_hand(self.before, &mut after);
        by_hand(self.edits, &mut after);
        (before, after)
    }

    pub(crate) fn report(&self) -> Comparison {
        let (before, after) = self.schemas();
        compare(&before, &after)
    }
}

#[test]
fn each_change_is_reported_as_what_it_is_with_what_it_means() {
    let reports = HISTORIES.iter().map(|history| {
        let report = text(&history.report(), Drawing::Plain);
        format!("### {}\n\n{report}", history.name)
    });
    let mut settings = insta::Settings::clone_current();
    settings.set_description("What is reported of one change each to the pages beside this file");
    settings.set_omit_expression(true);
    settings.set_prepend_module_to_snapshot(false);
    let reports = reports.collect::<Vec<_>>().join("\n");
    settings.bind(|| insta::assert_snapshot!("histories", reports));
}

#[test]
fn each_change_undone_is_found_at_the_same_places() {
    for history in HISTORIES {
        let (before, after) = history.schemas();
        let report = compare(&before, &after);
        let renames = report.changes.iter().filter(|change| change.rule.action() == Action::Renamed);
        let names: Vec<_> = renames.map(|change| (change.new.clone(), change.old.clone())).collect();
        let places = |report: Comparison| -> BTreeSet<_> {
            let place = |change: SchemaChange| {
                let mut steps = vec![change.subject.kind(), change.subject.name()];
                // A parameter that goes from the body into the address comes back from there.
                steps.extend(change.place.split('/').map(|step| if step == "query" { "input" } else { step }));
                // What was renamed is found under the name that it has now.
                let old_name = |step| names.iter().find(|(new, _)| new == step).map_or(step, |(_, old)| old.as_str());
                steps.into_iter().map(old_name).collect::<Vec<_>>().join("/")
            };
            report.changes.into_iter().map(place).collect()
        };
        let back = compare(&after, &before);
        assert_eq!(places(report), places(back), "{}", history.name);
    }
}

#[test]
fn what_is_not_changed_is_not_reported() {
    for history in HISTORIES {
        let (before, after) = history.schemas();
        assert!(compare(&before, &before).is_empty() && compare(&after, &after).is_empty(), "{}", history.name);
        assert!(!compare(&before, &after).is_empty(), "{}", history.name);
    }
}

#[test]
fn what_is_more_than_documentation_is_seen_in_the_surface_and_so_are_permissions_and_events() {
    use Rule::{EventAdded, EventPriorityChanged, EventRemoved, ScopeAdded, ScopeRemoved};
    for history in HISTORIES {
        let (before, after) = history.schemas();
        let is_seen = |change: &SchemaChange| {
            let rules = [ScopeAdded, ScopeRemoved, EventAdded, EventRemoved, EventPriorityChanged];
            change.class > Class::Documentation || rules.contains(&change.rule)
        };
        let expected = history.report().changes.iter().any(is_seen);
        assert_eq!(surface(&before) != surface(&after), expected, "{}", history.name);
    }
}

#[test]
fn a_title_shows_what_was_and_what_is_unless_one_of_them_is_long() {
    let of_length = |length| {
        let mut schema = schema(&house());
        resource(&mut schema, "lamp").summary = Some("x".repeat(length));
        schema
    };
    for (old, new, is_shown) in [(1, 60, true), (60, 1, true), (1, 61, false), (61, 1, false), (61, 62, false)] {
        let report = compare(&of_length(old), &of_length(new));
        let [change] = &report.changes[..] else { panic!("one change: {report:#?}") };
        let values = format!("summary of the resource: {} -> {}", "x".repeat(old), "x".repeat(new));
        assert_eq!(change.title(), if is_shown { values } else { "summary of the resource changed".to_owned() });
    }
}

#[test]
fn a_report_in_colours_says_the_same_and_shows_by_them_what_is_worse_and_what_goes() {
    let reports = HISTORIES.iter().map(History::report).collect::<Vec<_>>();
    for report in &reports {
        let coloured = text(report, Drawing::Coloured);
        let parts = coloured.split('\u{1b}').enumerate();
        let plain = parts.map(|(at, part)| if at == 0 { part } else { part.split_once('m').expect("a colour").1 });
        assert_eq!(plain.collect::<String>(), text(report, Drawing::Plain));
    }
    let (red, green, cyan) = ("\u{1b}[31m", "\u{1b}[32m", "\u{1b}[36m");
    let coloured = reports.iter().map(|report| text(report, Drawing::Coloured)).collect::<String>();
    for (colour, words) in [
        (red, "breaking      property `label` removed"),
        (green, "additive      property `scent` added"),
        (cyan, "documentation permission `House.Own` added"),
        (red, "- home::Lamp.label: Option<String>"),
        (green, "+ home::Lamp.scent: Option<String>"),
    ] {
        let is_shown = |line: &str| {
            let shown = line.replace("\u{1b}[0m", "");
            line.contains(colour) && shown.contains(words)
        };
        assert!(coloured.lines().any(is_shown), "{words}");
        let others = [red, green, cyan].into_iter().filter(|other| *other != colour);
        let is_in_another = |line: &str| others.clone().any(|other| line.contains(other)) && line.contains(words);
        assert!(!coloured.lines().any(is_in_another), "{words}");
    }
}

#[test]
fn the_surface_tells_under_which_name_something_is_sent_where_it_is_another_than_in_rust() {
    let mut schema = schema(&house());
    member(&mut schema, "Blue").name = "Blue+".into();
    resource(&mut schema, "lamp").properties[1].name = "labelText".into();
    resource(&mut schema, "lamp").properties[2].name = "lit+".into();
    let surface = surface(&schema);
    for line in [
        "enumerations::Colour::Blue (is sent as Blue+)",
        "enumerations::Colour::Red",
        "home::Lamp.label_text: Option<String> (is sent as labelText, at most 20 characters)",
        "home::Lamp.lit: Option<bool> (is sent as lit+)",
    ] {
        assert!(surface.lines().any(|found| found == line), "{line}: {surface}");
    }
}

#[test]
fn a_page_that_says_the_same_in_other_words_is_no_difference() {
    let mut pages = house();
    edit(&mut pages, "lamp_ref.md", "Part of the house.", "Part of a house.");
    edit(&mut pages, "lamp_ref.md", "What is on it.", "What is written on it.");
    assert_eq!(schema(&pages), schema(&house()));
    assert!(compare(&schema(&house()), &schema(&pages)).is_empty());
}

#[test]
fn a_change_is_of_the_class_that_its_rule_leads_to_expect_but_for_known_ones() {
    let mut other = Vec::new();
    for history in HISTORIES {
        for change in history.report().changes {
            if change.class != change.rule.class() && change.rule != Rule::Consequence {
                other.push(format!("{}: {}: {}", history.name, change.title(), change.class));
            }
        }
    }
    let expected = [
        "a property is renamed by case alone: property `Label` renamed from `label`: additive",
        "a parameter is renamed by case alone: request parameter `Mood` of POST renamed from `mood`: additive",
        "a link is renamed by case alone: link `ROOM` renamed from `room`: additive",
        "a member is renamed by case alone: member `blue` renamed from `Blue`: additive",
        "a member is written with other signs: member `Blue+` renamed from `Blue`: additive",
        "an error keeps its subcode and changes its code: error `Conflict` with `BulbMissing` of GET removed (409): additive",
        "an operation without parameters gets an optional one: request parameter `well` of POST added (String): breaking",
        "a resource is renamed by case alone and loses a link: target of link `room`: room -> Room: documentation",
        "a resource is renamed by case alone and loses a link: target of link `self`: room -> Room: documentation",
        "a resource is renamed by case alone and loses a link: resource of response of GET: room -> Room: documentation",
        "a resource is renamed by case alone on its own page: resource of response of POST: dimming -> Dimming: documentation",
        "a resource is renamed by case alone on its own page: target of link `self`: dimming -> Dimming: documentation",
        "a resource is renamed by case alone on its own page: resource of response of GET: dimming -> Dimming: documentation",
        "a resource is renamed by case alone: target of link `room`: room -> Room: documentation",
        "a resource is renamed by case alone: target of link `self`: room -> Room: documentation",
        "a resource is renamed by case alone: resource of response of GET: room -> Room: documentation",
        "a property can be null: type of property `label`: String -> Nullable String: documentation",
        "a GET without parameters gets an optional one: query parameter `far` of GET added (String): breaking",
        "the link to itself is left out: link `self` removed (one lamp): documentation",
        "a revision is changed: revision of the resource: 1 -> 2: additive",
        "content gets another media type: media types of the body of POST: text/plain -> text/html: additive",
        "an event is added: event `lamp updated from me` added: documentation",
    ];
    let unexpected: Vec<_> = other.iter().filter(|line| !expected.contains(&line.as_str())).collect();
    assert!(unexpected.is_empty(), "{unexpected:#?}");
}

#[test]
fn the_histories_go_through_every_rule() {
    let seen: BTreeSet<_> =
        HISTORIES.iter().flat_map(|history| history.report().changes).map(|change| change.rule).collect();
    // The reverse of a history that is there.
    let elsewhere = [Rule::CauseRemoved];
    let unseen: Vec<_> = Rule::ALL.iter().filter(|rule| !seen.contains(rule) && !elsewhere.contains(rule)).collect();
    assert!(unseen.is_empty(), "{unseen:?}");
    assert!(Rule::ALL.iter().all(|rule| Class::ALL.iter().all(|class| !rule.reason(*class).is_empty())));
}

/// The lines that are emitted, without documentation.
fn emitted(schema: &Schema) -> Vec<String> {
    let generated = generate(schema, &Root::Crate).expect("the schema is sound");
    let lines = generated.files.iter().flat_map(|(_, text)| text.lines().map(str::trim));
    lines.filter(|line| !line.starts_with("//")).map(str::to_owned).collect()
}

#[test]
fn where_documentation_alone_changes_nothing_else_is_emitted_and_where_more_changes_something_is() {
    for history in HISTORIES.iter().filter(|history| history.name != "properties change places") {
        let (before, after) = history.schemas();
        let is_same = emitted(&before) == emitted(&after);
        let class = history.report().class();
        assert_eq!(is_same, class == Some(Class::Documentation), "{}: {class:?}", history.name);
    }
}
