//! What programs do about groups and history.

use std::collections::BTreeSet;

use tokio::time::sleep;
use ucwa_client::Error;

use super::action::GroupDeed;
use super::model::Existence;
use super::program::NEXT_TRY;
use super::stage::Seat;

/// How many names of groups there are.
const NAMES: usize = 4;

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
                created
            }
            GroupDeed::Delete => match list.group_named(&name).await {
                Ok(Some(group)) => {
                    let deleted = list.delete_group(&group).await;
                    self.note_group(&name, Existence::Absent, deleted.is_ok());
                    deleted
                }
                found => found.map(drop),
            },
            GroupDeed::Rename => match list.group_named(&name).await {
                Ok(Some(group)) => {
                    let renamed = list.rename_group(&group, &format!("{name} renamed")).await;
                    self.note_group(&name, Existence::Absent, renamed.is_ok());
                    self.note_group(&format!("{name} renamed"), Existence::Present, renamed.is_ok());
                    renamed
                }
                found => found.map(drop),
            },
            GroupDeed::Add | GroupDeed::Remove => self.change_member(deed, &name, choice).await,
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
        let who = self.stage.address(choice % self.stage.world.accounts.len());
        if deed == GroupDeed::Add {
            list.add(who, Some(&group)).await?;
            let members = list.members(&group).await?;
            self.stage.note(self.index, format_args!("{name} has {} members", members.len()));
            return Ok(());
        }
        list.remove_from_group(who, &group).await
    }

    /// Reads the names of all groups whenever they may have changed, for as long as the application is open.
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
            let names = self.group_names().await?;
            self.stage.model().users[self.index].known_groups = Some(names);
        }
        Ok(())
    }

    /// The names of all groups.
    pub(super) async fn group_names(&self) -> Result<BTreeSet<String>, Error> {
        let groups = self.application.contact_list().groups().await?;
        Ok(groups.into_iter().filter_map(|group| group.name).collect())
    }

    /// Reads something that nothing else needs.
    pub(super) async fn browse(&self, choice: usize) -> Result<(), Error> {
        let (list, meetings) = (self.application.contact_list(), self.application.meetings());
        match choice % 7 {
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

    /// Reads the history: each message is in it once, and is said to be of the one who sent it.
    pub(super) async fn read_history(&self) -> Result<(), Error> {
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
        Ok(())
    }
}
