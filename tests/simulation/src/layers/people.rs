//! What programs do about groups and history.

use std::collections::BTreeSet;

use tokio::time::sleep;
use ucwa::Link;
use ucwa::enumerations::PrivacyRelationshipLevel;
use ucwa::people::Contact;
use ucwa_client::people::{ContactGroup, GroupKind};
use ucwa_client::{ContactAddress, Error};

use super::action::GroupDeed;
use super::model::{Existence, Groups, Members, Possible};
use super::program::NEXT_TRY;
use super::stage::Seat;

/// How many names of groups there are.
const NAMES: usize = 4;

/// How much of the user others may see; nothing to leave it to the server. Who may see less than these would not know how the user is.
const LEVELS: [Option<PrivacyRelationshipLevel>; 4] = [
    Some(PrivacyRelationshipLevel::Colleagues),
    Some(PrivacyRelationshipLevel::Workgroup),
    Some(PrivacyRelationshipLevel::FriendsAndFamily),
    None,
];

/// A group that is created when nothing goes wrong.
const LAST_GROUP: &str = "last group";

impl Seat {
    /// Changes a group of the user's own.
    pub(super) async fn change_group(self, deed: GroupDeed, choice: usize) {
        let name = format!("group {}", choice % NAMES);
        let list = self.application.contact_list();
        let result = match deed {
            GroupDeed::Create => {
                let created = list.create_group(&name).await;
                let is_there = created.as_ref().is_err_and(|error| error.subcode() == Some("AlreadyExists"));
                self.note_group(&name, Existence::Present, is_there || created.is_ok());
                self.with_members(|members| members.created(&name, &created));
                created
            }
            GroupDeed::Delete => match list.group_named(&name).await {
                Ok(Some(group)) => {
                    let deleted = list.delete_group(&group).await;
                    self.note_group(&name, Existence::Absent, deleted.is_ok());
                    self.with_members(|members| members.emptied(&name, &deleted));
                    deleted
                }
                found => found.map(drop),
            },
            GroupDeed::Rename => match list.group_named(&name).await {
                Ok(Some(group)) => {
                    let renamed = list.rename_group(&group, &format!("{name} renamed")).await;
                    self.note_group(&name, Existence::Absent, renamed.is_ok());
                    self.note_group(&format!("{name} renamed"), Existence::Present, renamed.is_ok());
                    self.with_members(|members| members.emptied(&name, &renamed));
                    renamed
                }
                found => found.map(drop),
            },
            GroupDeed::Dismiss => {
                let who = self.contact(choice);
                let removed = list.remove(who).await;
                self.with_members(|members| members.dismissed(who, &removed));
                removed
            }
            GroupDeed::Add | GroupDeed::Remove | GroupDeed::Move => self.change_member(deed, &name, choice).await,
        };
        self.done(&format!("{deed:?} {name}"), result);
    }

    /// Creates a group, or deletes it if it is there.
    pub(super) async fn toggle_last_group(&self) -> Result<(), Error> {
        let list = self.application.contact_list();
        match list.group_named(LAST_GROUP).await? {
            Some(group) => list.delete_group(&group).await,
            None => list.create_group(LAST_GROUP).await,
        }
    }

    async fn change_member(&self, deed: GroupDeed, name: &str, choice: usize) -> Result<(), Error> {
        let list = self.application.contact_list();
        let Some(group) = list.group_named(name).await? else { return Ok(()) };
        let who = self.contact(choice);
        match deed {
            GroupDeed::Add => {
                let added = list.add(who, Some(&group)).await;
                self.with_members(|members| members.set(name, who, Existence::Present, &added));
                added?;
                let members = list.members(&group).await?;
                self.stage.note(self.index, format_args!("{name} has {} members", members.len()));
                Ok(())
            }
            GroupDeed::Move => {
                let other = format!("group {}", choice / 7 % NAMES);
                let Some(to) = list.group_named(&other).await? else { return Ok(()) };
                let moved = list.move_to(who, &group, &to).await;
                self.with_members(|members| {
                    if other != name {
                        members.set(name, who, Existence::Absent, &moved);
                    }
                    members.set(&other, who, Existence::Present, &moved);
                });
                moved
            }
            _ => {
                let removed = list.remove_from_group(who, &group).await;
                self.with_members(|members| members.set(name, who, Existence::Absent, &removed));
                removed
            }
        }
    }

    /// One of all users, who may be on the list.
    fn contact(&self, choice: usize) -> &str {
        self.stage.address(choice / NAMES % self.stage.world.accounts.len())
    }

    fn with_members(&self, note: impl FnOnce(&mut Members)) {
        note(&mut self.stage.model().users[self.index].members);
    }

    /// Sets how much of the user somebody may see, or leaves it to the server.
    pub(super) async fn trust(self, whom: usize, choice: usize) {
        let whom = whom % self.stage.world.accounts.len();
        if whom == self.index {
            return;
        }
        let (list, address) = (self.application.contact_list(), self.stage.address(whom).to_owned());
        let Some(Some(contact)) = self.done("find somebody", list.find(address.as_str()).await) else { return };
        let level = LEVELS[choice % LEVELS.len()].clone();
        let result = match &level {
            Some(level) => list.set_privacy(&contact, level.clone()).await,
            None => list.reset_privacy(&contact).await,
        };
        let mut model = self.stage.model();
        let trusted = model.users[self.index].trusted.entry(address).or_insert_with(|| Possible::new(None));
        trusted.set(level.map(|level| level.to_string()), &result);
        drop(model);
        self.done("trust somebody", result);
    }

    /// Whether those may see of the user how much was set.
    pub(super) async fn check_trusted(&self) -> Result<(), Error> {
        let levels = self.application.contact_list().privacy_levels().await?;
        let trusted = self.stage.model().users[self.index].trusted.clone();
        for (address, possible) in trusted {
            let is_meant = |links: &Vec<Link<Contact>>| links.iter().any(|link| link.href().ends_with(&address));
            let level = levels.iter().find(|(_, links)| is_meant(links)).map(|(level, _)| level.to_string());
            if !possible.contains(&level) {
                self.stage.violate(self.index, format!("{address} may see {level:?}, and should {possible:?}"));
            }
        }
        Ok(())
    }

    /// Reads all groups whenever they may have changed, for as long as the application is open.
    pub(super) async fn follow_groups(self) {
        while !self.application.is_closed() {
            if let Err(error) = self.read_groups_as_they_change().await {
                self.stage.note(self.index, format_args!("knows no groups: {error}"));
                sleep(NEXT_TRY).await;
            }
        }
    }

    async fn read_groups_as_they_change(&self) -> Result<(), Error> {
        let list = self.application.contact_list();
        let mut changes = list.follow().await?;
        while changes.next().await.is_some() {
            let groups = self.groups().await?;
            self.stage.model().users[self.index].known_groups = Some(groups);
        }
        Ok(())
    }

    /// All groups, with the members of those that the user made.
    pub(super) async fn groups(&self) -> Result<Groups, Error> {
        let list = self.application.contact_list();
        let mut all = Groups::new();
        for group in list.groups().await? {
            let ContactGroup { kind, name: Some(name), .. } = &group else { continue };
            let members = all.entry(name.clone()).or_default();
            if *kind == GroupKind::Own {
                let contacts = list.members(&group).await?;
                members.extend(contacts.iter().filter_map(ContactAddress::of).map(|address| address.to_string()));
            }
        }
        Ok(all)
    }

    /// Reads something that nothing else needs.
    pub(super) async fn browse(&self, choice: usize) -> Result<(), Error> {
        let (list, meetings) = (self.application.contact_list(), self.application.meetings());
        match choice % 10 {
            0 => {
                let address = self.stage.address(choice % self.stage.world.accounts.len());
                let found = list.find(address).await?;
                if found.is_none() && address != self.stage.address(self.index) {
                    self.stage.violate(self.index, format!("{address} is nowhere to be found"));
                }
            }
            1 => drop(list.search("a", 3).await?),
            2 => drop(list.privacy_levels().await?),
            3 => drop((meetings.defaults().await?, meetings.choices().await?, meetings.assigned().await?)),
            4 => drop(self.application.history().missed().all().await?),
            5 => self.application.refresh().await?,
            6 => {
                if let Some(missed) = self.application.history().missed().next().await {
                    missed?.mark_as_read().await?;
                }
            }
            7 => drop((meetings.policies().await?, meetings.dial_in_information().await?, list.group_named("").await?)),
            8 => {
                let photo = self.application.me().await?.photo().required()?;
                let photo = self.application.send(photo.get()).await.map_err(Error::into_general)?;
                if photo.media_type == "text/html" {
                    self.stage.violate(self.index, "is given a page in place of a photo".into());
                }
            }
            _ => {
                let conversations = self.application.messaging().conversations();
                if let Some(at) = choice.checked_rem(conversations.len()) {
                    conversations[at].refresh().await?;
                    conversations[at].participants().await?;
                }
            }
        }
        Ok(())
    }

    /// Notes that a group is there or not, or that nobody knows.
    fn note_group(&self, name: &str, existence: Existence, is_certain: bool) {
        let existence = if is_certain { existence } else { Existence::Unknown };
        self.stage.model().users[self.index].groups.insert(name.to_owned(), existence);
    }

    /// Reads the history: each message is in it once, and is said to be of the one who sent it. Gives what was said.
    pub(super) async fn read_history(&self) -> Result<BTreeSet<String>, Error> {
        let mut texts = BTreeSet::new();
        let mut past = self.application.history().conversations();
        while let Some(conversation) = past.next().await {
            let mut entries = conversation?.entries();
            while let Some(entry) = entries.next().await {
                let entry = entry?;
                let text = entry.text().trim_start_matches("<b>").trim_end_matches("</b>").trim_end().to_owned();
                let speaker = self.stage.model().words.speaker(&text);
                if speaker.is_none_or(|speaker| entry.is_own != (speaker == self.index)) {
                    self.stage.violate(self.index, format!("the history has {text:?} as of somebody else"));
                }
                if !texts.insert(text.clone()) {
                    self.stage.violate(self.index, format!("the history has {text:?} twice"));
                }
            }
        }
        Ok(texts)
    }
}
